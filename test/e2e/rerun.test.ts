/** A step executed once more, away from the store: what is repeatable is equal, and what is not is named. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const storeOf = async (workspace: Workspace): Promise<readonly string[]> =>
  (await readdir(join(workspace.home, 'store'), { recursive: true })).sort();

it('a step that makes the same bytes is equal, and leaves store, runs and outputs alone', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  const before = await storeOf(workspace);
  const verified = await workspace.temper(['verify', '--rerun', 'scale', '--rerun', 'sum']);
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(verified.stdout).toContain('✓ scale: 1 file came out the same, in <time>');
  expect(verified.stdout).toContain('✓ sum: 1 file came out the same, in <time>');
  expect(await storeOf(workspace)).toEqual(before);
  expect(await readdir(join(workspace.root, '.temper/runs'))).toEqual(['1']);
  expect(await readdir(join(workspace.home, 'scratch'))).toEqual([]);
});

it('a clock and a random number are found, and the file that differs is named', async () => {
  const workspace = await useWorkspace();
  await workspace.edit(
    'small/scale/run.ts',
    'times(n, params.factor)',
    'times(n, params.factor) - Date.now()',
  );
  await workspace.edit('small/describe/run.ts', 'are odd', 'are odd, ${String(Math.random())} by chance');
  expect(await workspace.run('numbers')).toMatchObject({ code: 0, stderr: '' });
  for (const [stage, file] of [
    ['scale', 'rows.jsonl'],
    ['describe', 'text.txt'],
  ] as const) {
    const verified = await workspace.temper(['verify', 'numbers', '--rerun', stage, '--json']);
    expect(verified.code).toBe(3);
    const { steps } = JSON.parse(verified.stdout) as {
      steps: { outcome: string; outputs: { differing: { path: string }[] }[] }[];
    };
    expect(steps[0]).toMatchObject({ outcome: 'different' });
    expect(steps[0]?.outputs[0]?.differing.map(({ path }) => path)).toEqual([file]);
  }
});

it('a step that is not up to date has nothing to be compared with', async () => {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  const verified = await workspace.temper([
    'verify',
    'numbers',
    '--rerun',
    'scale',
    '--set',
    'scale.factor=9',
  ]);
  expect(verified.code).toBe(3);
  expect(verified.stderr).toContain('hint: bring it up to date first: `temper run numbers --until scale`');
});
