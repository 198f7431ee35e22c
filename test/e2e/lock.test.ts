/** What lies outside is pinned by digest: files of the workspace, and a hub that answers on loopback. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHub, type FixtureHub } from '../rig/hub/index.ts';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const ci = { env: { CI: 'true' } };

async function withNumbers(): Promise<Workspace> {
  const workspace = await useWorkspace();
  await workspace.write('data/numbers.txt', '1\n2\n3\n');
  return workspace;
}

describe('the lock of a data file', () => {
  it('is written when it is asked for, and by nothing else', async () => {
    const workspace = await withNumbers();
    expect(await workspace.run('read')).toMatchObject({ code: 0 });
    await expect(workspace.read('pipelines/read.lock')).rejects.toThrow('ENOENT');
    expect(await workspace.temper(['lock', 'read'])).toMatchObject({
      code: 0,
      stdout: '✓ default: locked\n',
      stderr: '',
    });
    expect(await workspace.read('pipelines/read.lock')).toContain('data/numbers.txt: ');
  });

  it('that has drifted is named, refuses a run in CI, and is proposed elsewhere', async () => {
    const workspace = await withNumbers();
    await workspace.temper(['lock', 'read']);
    expect(await workspace.run('read', [], ci)).toMatchObject({ code: 0, outcomes: { read: 'ran' } });
    expect(await workspace.run('read', [], ci)).toMatchObject({ code: 0, outcomes: { read: 'reused' } });
    await workspace.write('data/numbers.txt', '1\n2\n3\n4\n');

    const checked = await workspace.temper(['lock', 'read', '--check']);
    expect(checked.code).toBe(3);
    expect(checked.stdout).toMatch(/data\/numbers\.txt is [0-9a-f]{12}, and the lock says [0-9a-f]{12}/);
    for (const words of [[], ['--frozen']]) {
      const refused = await workspace.run('read', words, words.length === 0 ? ci : {});
      expect(refused).toMatchObject({ code: 3, result: { outcome: 'failed', steps: [] } });
      expect(refused.stderr).toContain('data/numbers.txt is ');
    }
    expect(await workspace.temper(['plan', 'read', '--frozen'])).toMatchObject({ code: 3 });

    const before = await workspace.read('pipelines/read.lock');
    const proposed = await workspace.run('read');
    expect(proposed).toMatchObject({ code: 0, outcomes: { read: 'ran' } });
    expect(proposed.stdout).toContain('the lock is out of date: `temper lock read` writes it');
    expect(await workspace.read('pipelines/read.lock')).toBe(before);
    // What was answered here from memory is still refused there.
    await workspace.run('read');
    expect(await workspace.run('read', [], ci)).toMatchObject({ code: 3 });
    expect(await workspace.run('read', ['--no-frozen'], ci)).toMatchObject({ code: 0 });
  });

  it('lets a clone without the data plan as if it had them, and says what is missing when a step must run', async () => {
    const workspace = await withNumbers();
    await workspace.temper(['lock', 'read']);
    await workspace.run('read');
    await workspace.remove('data/numbers.txt');

    const planned = await workspace.temper(['plan', 'read', '--offline', '--frozen', '--check']);
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toContain('= read  reuse');
    expect(await workspace.run('read', ['--frozen'])).toMatchObject({
      code: 0,
      outcomes: { read: 'reused' },
    });
    const forced = await workspace.run('read', ['--force', 'read']);
    expect(forced.code).toBe(5);
    expect(forced.stderr).toContain('there is no file data/numbers.txt here');
  });

  it('is asked for by --frozen where there is none, and by CI only where there is one', async () => {
    const workspace = await withNumbers();
    expect(await workspace.run('read', ['--frozen'])).toMatchObject({ code: 3 });
    expect(await workspace.run('numbers', ['--frozen'])).toMatchObject({ code: 0 });
    expect(await workspace.run('read', [], ci)).toMatchObject({ code: 0 });
  });
});

describe('the lock of a hub repository', () => {
  let hub: FixtureHub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  const pipeline = `import { pipeline } from '@temper/pipeline';
import { loadRows } from '@temper/stages';
const { rows } = loadRows({ from: 'hub', repo: 'owner/rows', revision: 'main' });
export default pipeline({ rows });
`;
  const rows = (answer: string): string =>
    JSON.stringify([{ instruction: 'hello', input: '', output: answer }]);

  it('holds the commit and a digest for each file, and is moved by --update alone', async () => {
    const workspace = await useWorkspace();
    const env = { ...hub.environment };
    await workspace.write('pipelines/chat.ts', pipeline);
    const first = hub.push('owner/rows', { 'rows.json': rows('one') }, { type: 'dataset' });

    expect(await workspace.temper(['lock', 'chat'], { env })).toMatchObject({ code: 0 });
    const text = await workspace.read('pipelines/chat.lock');
    expect(text).toContain(`commit: ${first}`);
    expect(text).toMatch(/rows\.json:\n {12}size: \d+\n {12}(gitSha1: [0-9a-f]{40}|sha256: [0-9a-f]{64})/);

    const second = hub.push('owner/rows', { 'rows.json': rows('two') }, { type: 'dataset' });
    hub.requests.length = 0;
    const planned = await workspace.temper(['plan', 'chat', '--offline'], { env });
    expect(planned.stdout).toMatch(/> load-rows +run +first run/);
    expect(hub.requests).toEqual([]);
    const ran = await workspace.run('chat', ['--frozen'], { env });
    expect(ran).toMatchObject({ code: 0, outcomes: { 'load-rows': 'ran' } });
    expect(await workspace.read('output/chat/default/rows/rows.jsonl')).toContain('one');

    await workspace.temper(['lock', 'chat'], { env });
    expect(await workspace.read('pipelines/chat.lock')).toBe(text);
    await workspace.temper(['lock', 'chat', '--update', 'owner/rows'], { env });
    expect(await workspace.read('pipelines/chat.lock')).toContain(`commit: ${second}`);
  });

  it('writes no digest that was not fetched', async () => {
    const workspace = await useWorkspace();
    await workspace.write('pipelines/chat.ts', pipeline);
    await workspace.write(
      'pipelines/chat.local.yaml',
      'steps:\n  load-rows: { from: file, path: data/rows.json }\n',
    );
    await workspace.write('data/rows.json', rows('local'));
    const locked = await workspace.temper(['lock', 'chat', '--offline']);
    expect(locked).toMatchObject({ code: 5 });
    hub.push('owner/rows', { 'rows.json': rows('one') }, { type: 'dataset' });
    hub.fault({ times: 1, fault: { kind: 'status', status: 403 } });
    const refused = await workspace.temper(['lock', 'chat'], { env: hub.environment });
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stdout).toContain('load-rows: The hub answers 403 for the dataset owner/rows');
    const text = await workspace.read('pipelines/chat.lock');
    expect(text).toContain('  local:\n    files:\n      data/rows.json: ');
    expect(text).not.toContain('  default:');
  });
});
