import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkspace } from '../rig/workspace/index.ts';

const two = ['--jobs', '2'];

it('a step that fails leaves what others made, and nothing new is begun', async () => {
  const workspace = await useWorkspace();
  const running = workspace.startRun('held', two);
  const [first, second] = [await workspace.hand.job('first'), await workspace.hand.job('second')];
  await first.fail('the first one gave up');
  await running.says('✗ hold:first');
  await second.finish();
  expect(await running.ended).toMatchObject({
    code: 1,
    result: { outcome: 'failed' },
    outcomes: {
      count: 'ran',
      'hold:first': 'failed',
      'hold:second': 'ran',
      'sum:left': 'skipped',
      'sum:right': 'skipped',
    },
  });

  await workspace.hand.letGo('first');
  expect((await workspace.run('held', two)).outcomes).toEqual({
    count: 'reused',
    'hold:first': 'ran',
    'hold:second': 'reused',
    'sum:left': 'ran',
    'sum:right': 'ran',
  });
  expect(await workspace.hand.count('second')).toBe(1);
});

it('with --keep-going everything is done that does not need the step that failed', async () => {
  const workspace = await useWorkspace();
  const running = workspace.startRun('held', [...two, '--keep-going']);
  const [first, second] = [await workspace.hand.job('first'), await workspace.hand.job('second')];
  await first.fail('the first one gave up');
  await running.says('✗ hold:first');
  await second.finish();
  expect(await running.ended).toMatchObject({
    code: 1,
    outcomes: { 'hold:second': 'ran', 'sum:left': 'skipped', 'sum:right': 'ran' },
  });
  expect(await readdir(join(workspace.root, 'output/held/default'))).toEqual(['right']);
});

it('with one job at a time the second step waits for the first', async () => {
  const workspace = await useWorkspace();
  const running = workspace.startRun('held', ['--jobs', '1']);
  const first = await workspace.hand.job('first');
  expect(await workspace.hand.count('second')).toBe(0);
  await first.finish();
  await (await workspace.hand.job('second')).finish();
  expect((await running.ended).code).toBe(0);
});
