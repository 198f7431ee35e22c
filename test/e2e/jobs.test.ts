import { expect, it } from 'vitest';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

interface Jobs {
  readonly jobs: readonly { readonly job: string; readonly label: string; readonly state: string }[];
}

const listed = async (workspace: Workspace): Promise<Jobs['jobs']> => {
  const { stdout } = await workspace.temper(['jobs', '--json'], { env: { TEMPER_CONTAINER_ENGINE: 'none' } });
  return (JSON.parse(stdout) as Jobs).jobs;
};
const states = async (workspace: Workspace): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await listed(workspace)).map(({ label, state }) => [label, state]));
const env = { TEMPER_CONTAINER_ENGINE: 'none' };

it('jobs of a run that lives are running, those of one that was killed are orphaned until a run adopts them', async () => {
  const workspace = await useWorkspace();
  expect(await workspace.temper(['jobs'], { env })).toMatchObject({
    code: 0,
    stdout: 'no job runs, and none was left behind\n',
    stderr: '',
  });
  const first = workspace.startRun('held', ['--jobs', '2']);
  await workspace.hand.job('first');
  await workspace.hand.job('second');
  expect(await states(workspace)).toEqual({ 'hold:first': 'running', 'hold:second': 'running' });

  first.kill('SIGKILL');
  await first.ended;
  expect(await states(workspace)).toEqual({ 'hold:first': 'orphaned', 'hold:second': 'orphaned' });

  const second = workspace.startRun('held', ['--jobs', '2']);
  await second.says('> hold:second');
  await workspace.hand.letGo('first');
  await second.says('✓ sum:left');
  expect(await states(workspace)).toEqual({ 'hold:second': 'adopted' });
  await workspace.hand.letGo('second');
  expect(await second.ended).toMatchObject({ code: 0 });
  expect(await states(workspace)).toEqual({});
});

it('what was left behind is stopped and removed, and a job that ended well is kept for the next run', async () => {
  const workspace = await useWorkspace();
  const killed = workspace.startRun('held', ['--jobs', '2']);
  const first = await workspace.hand.job('first');
  await workspace.hand.job('second');
  killed.kill('SIGKILL');
  await killed.ended;
  await first.finish();
  while ((await states(workspace))['hold:first'] !== 'finished');

  const cleaned = await workspace.temper(['jobs', '--clean'], { env });
  expect(cleaned).toMatchObject({ code: 0, stdout: 'hold:second: stopped and removed\n', stderr: '' });
  expect(await states(workspace)).toEqual({ 'hold:first': 'finished' });
  expect(await workspace.temper(['jobs', '--clean'], { env })).toMatchObject({
    stdout: 'nothing was left behind\n',
  });

  await workspace.hand.letGo('second');
  expect(await workspace.run('held', ['--jobs', '2'])).toMatchObject({ code: 0 });
  expect(await workspace.hand.count('first')).toBe(1);
  expect(await workspace.hand.count('second')).toBe(2);
});

it('a job is stopped by the beginning of its name, and a wrong name is told from a right one', async () => {
  const workspace = await useWorkspace();
  const running = workspace.startRun('held', ['--jobs', '1']);
  await workspace.hand.job('first');
  const id = (await listed(workspace))[0]?.job.slice(0, 8) ?? '';
  expect(await workspace.temper(['jobs', 'cancel', 'nobody'], { env })).toMatchObject({
    code: 2,
    stderr: `✗ there is no job \`nobody\`\n  hint: the jobs are ${id}\n`,
  });
  expect(await workspace.temper(['jobs', 'stop'], { env })).toMatchObject({ code: 2 });
  expect(await workspace.temper(['jobs', 'cancel', id], { env })).toMatchObject({
    code: 0,
    stdout: 'hold:first has stopped\n',
  });
  expect(await running.ended).toMatchObject({ code: 1 });
});
