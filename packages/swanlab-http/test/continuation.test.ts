import { describe, expect, test } from 'vitest';
import type { InitOptions } from '../src/options.ts';
import type { Rig } from './support/rig.ts';
import { acceptedRecords, createRig } from './support/rig.ts';

/** One run in two parts, as when a training was interrupted after step 5 and goes on from its checkpoint of step 3. */
async function twoParts(mode: 'online' | 'offline'): Promise<Rig & { first: string; second: string }> {
  const rig = await createRig({ experiment: 'remembered' });
  const options: InitOptions = { project: 'p', id: 'one-run', resume: 'allow', mode, metadata: 'none' };
  const before = await rig.client.init(options);
  before.console('first');
  for (let step = 0; step <= 5; step += 1) before.log({ loss: step }, { step });
  await before.finish('aborted', { error: 'stopped' });
  const after = await rig.client.init({ ...options, continues: before.folder as string });
  after.console('second');
  for (let step = 3; step <= 9; step += 1) after.log({ loss: step, other: step }, { step });
  after.log({ loss: 10 });
  await after.finish();
  return { ...rig, first: before.folder as string, second: after.folder as string };
}

function pointsOf({ server }: Rig, key: string): unknown[] {
  return acceptedRecords(server, 'scalar')
    .filter((point) => point['key'] === key)
    .map(({ index }) => index);
}

function statesOf({ server }: Rig): unknown[] {
  return server.exchanges
    .filter(({ path }) => path.endsWith('/state'))
    .map(({ body }) => (body as { state: unknown }).state);
}

const linesOf = ({ server }: Rig): unknown[] =>
  acceptedRecords(server, 'log').map(({ epoch, message }) => [epoch, message]);

describe('a run in two parts', () => {
  test('online is one run: every step once, lines numbered on', async () => {
    const rig = await twoParts('online');
    expect(pointsOf(rig, 'loss')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(pointsOf(rig, 'other')).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(linesOf(rig)).toEqual([
      [1, 'first'],
      [2, 'stopped'],
      [3, 'second'],
    ]);
    expect(statesOf(rig)).toEqual(['ABORTED', 'FINISHED']);
  });

  test('offline is the same once both folders are uploaded', async () => {
    const rig = await twoParts('offline');
    expect(rig.server.exchanges).toEqual([]);
    const first = await rig.client.syncFolder(rig.first, { leaveOpen: true });
    expect(first).toMatchObject({ state: 'RUNNING', complete: true });
    const second = await rig.client.syncFolder(rig.second);
    expect(second).toMatchObject({ state: 'FINISHED', complete: true, dropped: [], runId: 'one-run' });
    expect(pointsOf(rig, 'loss')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(pointsOf(rig, 'other')).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(linesOf(rig)).toEqual([
      [1, 'first'],
      [2, 'stopped'],
      [3, 'second'],
    ]);
    expect(statesOf(rig)).toEqual(['FINISHED']);
    const calls = rig.server.exchanges.length;
    expect(await rig.client.syncFolder(rig.first, { leaveOpen: true })).toMatchObject({
      alreadyUploaded: true,
    });
    expect(rig.server.exchanges).toHaveLength(calls);
  });
});

test('a log without an end is closed where it is known that nobody writes to it', async () => {
  const rig = await createRig({ experiment: 'remembered' });
  const run = await rig.client.init({ project: 'p', metadata: 'none' });
  run.log({ loss: 1 });
  await run.flush();
  const folder = run.folder as string;
  // The process is gone: nobody finishes the run, which the server knows already.
  expect(await rig.client.syncFolder(folder)).toMatchObject({ state: 'RUNNING', complete: true });
  expect(statesOf(rig)).toEqual([]);
  expect(await rig.client.syncFolder(folder, { unended: 'CRASHED' })).toMatchObject({ state: 'CRASHED' });
  expect(statesOf(rig)).toEqual(['CRASHED']);
  // What was sent within the last second before the kill may be sent again.
  expect(new Set(pointsOf(rig, 'loss'))).toEqual(new Set([0]));
});
