import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanResult } from '@temper/run';
import { describe, expect, it } from 'vitest';
import { shareWorkspace, useWorkspace } from '../rig/workspace/index.ts';

const all = (outcome: string) => ({
  count: outcome,
  scale: outcome,
  sum: outcome,
  parity: outcome,
  describe: outcome,
});

describe('of a pipeline that is up to date', () => {
  const shared = shareWorkspace((workspace) => workspace.run('numbers'));

  it('--only takes exactly its steps, and what they read from the store', async () => {
    const workspace = shared();
    const changed = ['--only', 'scale', '--set', 'scale.factor=4'];
    expect((await workspace.run('numbers', changed)).outcomes).toEqual({
      ...all('skipped'),
      count: 'reused',
      scale: 'ran',
    });
    expect((await workspace.run('numbers', ['--only', 'scale', '--only', 'parity'])).outcomes).toEqual({
      ...all('skipped'),
      count: 'reused',
      scale: 'reused',
      parity: 'reused',
    });
  });

  it('--only looks through to what its step rests on, however far before it that lies', async () => {
    const workspace = shared();
    expect((await workspace.run('numbers', ['--only', 'describe'])).outcomes).toEqual({
      ...all('skipped'),
      count: 'reused',
      parity: 'reused',
      describe: 'reused',
    });
    const stale = await workspace.run('numbers', ['--only', 'describe', '--set', 'count.to=9']);
    expect(stale.code).toBe(3);
    expect(stale.stderr).toContain(
      '✗ parity is outside the selection and not up to date: count, which it reads, is not: to 4 → 9\n',
    );
    expect(stale.stderr).toContain('  hint: `--from count` runs it as well, ');
  });

  it('--from takes everything after its step, and --until ends it', async () => {
    const workspace = shared();
    const changed = ['--from', 'scale', '--set', 'scale.factor=5'];
    expect((await workspace.run('numbers', changed)).outcomes).toEqual({
      ...all('skipped'),
      count: 'reused',
      scale: 'ran',
      sum: 'ran',
    });
    expect((await workspace.run('numbers', ['--from', 'count', '--until', 'parity'])).outcomes).toEqual({
      ...all('skipped'),
      count: 'reused',
      parity: 'reused',
    });
  });

  it('an input from outside the selection that is not up to date is refused with 3 before there is a run', async () => {
    const runs = await readdir(join(shared().root, '.temper/runs'));
    const stale = await shared().run('numbers', ['--from', 'scale', '--set', 'count.to=5']);
    expect(stale).toMatchObject({ code: 3, stdout: '', result: { run: null, outcome: 'failed', steps: [] } });
    expect(await readdir(join(shared().root, '.temper/runs'))).toEqual(runs);
    expect(stale.stderr).toBe(
      [
        '✗ count is outside the selection and not up to date: to 4 → 5',
        '    pipelines/numbers.ts:9:21',
        '    const { numbers } = count();',
        '                        ~~~~~',
        '  hint: `--from count` runs it as well, and `--stale-ok` takes its newest result instead',
        '',
      ].join('\n'),
    );
  });

  it('--stale-ok takes the newest result instead, and marks the run as pinned', async () => {
    const workspace = shared();
    const words = ['--set', 'count.to=6', '--set', 'scale.factor=6'];
    const pinned = await workspace.run('numbers', ['--from', 'scale', '--stale-ok', ...words]);
    expect(pinned).toMatchObject({
      code: 0,
      result: { pinned: true },
      outcomes: { ...all('skipped'), count: 'reused', scale: 'ran', sum: 'ran' },
    });
    expect(pinned.stdout).toContain(
      'count     warning: not up to date: to 4 → 6; its newest result is taken, as `--stale-ok` allows',
    );
    const again = await workspace.run('numbers', ['--from', 'scale', '--stale-ok', ...words]);
    expect(again.stdout).toContain('0 ran, 3 reused');
    expect(again.stdout).not.toContain('everything is up to date');
    // The key was made of the numbers really read, so a run that reads six of them is not served four.
    const honest = await workspace.run('numbers', words);
    expect(honest.result?.pinned).toBe(false);
    expect(await workspace.read('output/numbers/default/total/text.txt')).toBe('147\n');
    await workspace.run('numbers');
  });

  it('--force runs exactly its step; what follows stays, since the bytes are the same', async () => {
    const forced = await shared().run('numbers', ['--force', 'count']);
    expect(forced.outcomes).toEqual({ ...all('reused'), count: 'ran' });
    expect(forced.result?.steps[0]?.reasons).toEqual([{ code: 'forced', text: 'forced' }]);
  });

  it('--force-from runs its step and everything after it', async () => {
    expect((await shared().run('numbers', ['--force-from', 'parity'])).outcomes).toEqual({
      ...all('reused'),
      parity: 'ran',
      describe: 'ran',
    });
  });

  it('an address that names no step ends with 2 and the nearest one that does', async () => {
    expect(await shared().temper(['run', 'numbers', '--from', 'skale'])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: '✗ there is no step `skale` in this pipeline\n  hint: did you mean `scale`?\n',
    });
  });
});

describe('given together', () => {
  const shared = shareWorkspace((workspace) => workspace.run('numbers'));
  const agreeing: readonly (readonly [words: string, outcomes: Readonly<Record<string, string>>])[] = [
    ['--from scale --from parity --until sum', { count: 'reused', scale: 'reused', sum: 'reused' }],
    ['--force scale --force parity', { ...all('reused'), scale: 'ran', parity: 'ran' }],
    [
      '--force-from scale --force-from describe',
      { ...all('reused'), scale: 'ran', sum: 'ran', describe: 'ran' },
    ],
    ['--force-from count --until scale --until parity', { count: 'ran', scale: 'ran', parity: 'ran' }],
    [
      '--only scale --only describe --force-from count',
      { count: 'reused', scale: 'ran', parity: 'reused', describe: 'ran' },
    ],
    [
      '--from parity --only describe --only sum --force describe',
      { count: 'reused', parity: 'reused', describe: 'ran' },
    ],
    ['--from scale --until scale --keep-going --force scale', { count: 'reused', scale: 'ran' }],
  ];
  it.each(agreeing)('%s', async (words, outcomes) => {
    const planned = await shared().temper([
      'plan',
      'numbers',
      ...words.split(' ').filter((word) => word !== '--keep-going'),
      '--json',
    ]);
    expect(planned.code).toBe(0);
    const ran = await shared().run('numbers', words.split(' '));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.outcomes).toEqual({ ...all('skipped'), ...outcomes });
    const { steps } = JSON.parse(planned.stdout) as PlanResult;
    for (const { label, action } of steps)
      expect([label, ran.outcomes[label]]).toEqual([
        label,
        action === 'run' ? 'ran' : action === 'reuse' ? 'reused' : expect.stringMatching(/^(ran|reused)$/),
      ]);
  });

  it('one stale input among several is refused, and each can be pinned', async () => {
    const changed = ['--set', 'count.to=7', '--only', 'sum', '--only', 'describe'];
    const refused = await shared().run('numbers', changed);
    expect(refused.code).toBe(3);
    const pinned = await shared().run('numbers', [...changed, '--stale-ok', '--force', 'sum']);
    expect(pinned).toMatchObject({ code: 0, result: { pinned: true } });
    expect(pinned.outcomes).toMatchObject({ count: 'reused', scale: 'reused', parity: 'reused', sum: 'ran' });
  });
});

it('in an empty store --until makes a step and what it needs, and leaves the rest', async () => {
  const workspace = await useWorkspace();
  const outside = await workspace.run('numbers', ['--only', 'scale']);
  expect(outside.code).toBe(3);
  expect(outside.stderr).toContain('✗ count is outside the selection and not up to date: first run\n');

  const run = await workspace.run('numbers', ['--until', 'scale']);
  expect(run).toMatchObject({ code: 0, outcomes: { ...all('skipped'), count: 'ran', scale: 'ran' } });
  expect(run.result?.outputs).toEqual({});
});

it('an address means all steps of its stage, or with a variable one of them', async () => {
  const workspace = await useWorkspace();
  await workspace.hand.letGo('first');
  await workspace.hand.letGo('second');
  await workspace.run('held');
  const planned = async (address: string): Promise<readonly string[]> => {
    const { stdout } = await workspace.temper(['plan', 'held', '--json', '--force', address]);
    const { steps } = JSON.parse(stdout) as { steps: { label: string; action: string }[] };
    return steps.filter(({ action }) => action === 'run').map(({ label }) => label);
  };
  expect(await planned('sum')).toEqual(['sum:left', 'sum:right']);
  expect(await planned('sum:left')).toEqual(['sum:left']);
  expect(await planned('hold:second')).toEqual(['hold:second']);
});
