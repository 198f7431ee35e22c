import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  accepted,
  begin,
  bodies,
  createRig,
  end,
  fingerprint,
  log,
  progress,
  type Rig,
} from '../test/support/rig.ts';
import { findSpools, openServer, type TrackerOptions } from './index.ts';
import { readRecord } from './records.ts';

/** Run 7 reports the steps 1 to 6 of a training, and then somebody stops it. */
async function stop(rig: Rig, options: Partial<TrackerOptions> = {}): Promise<void> {
  const tracker = rig.start(options);
  tracker.listen(begin('lora-sft'));
  tracker.listen(log('loading\nready\n'));
  for (let step = 1; step <= 6; step += 1) tracker.listen(progress(step, { loss: step }));
  tracker.listen(end('cancelled'));
  await tracker.close();
}

/** Run 7 does the same and is killed: all that is left is what it had sent or written. */
async function kill(rig: Rig): Promise<void> {
  const tracker = rig.start();
  tracker.listen(begin('lora-sft'));
  tracker.listen(log('loading\nready\n'));
  for (let step = 1; step <= 6; step += 1) tracker.listen(progress(step, { loss: step }));
  await rig.server.seen(({ path }) => path.endsWith('/heartbeat'));
  rig.clock.advance(1500);
  await expect.poll(() => pointsOf(rig)).toHaveLength(6);
  await expect.poll(() => linesOf(rig)).toHaveLength(2);
}

/** Run 8 takes the training up from its checkpoint of step 4. */
async function goOn(rig: Rig, options: Partial<TrackerOptions> = {}): Promise<void> {
  const tracker = rig.start(options, 8);
  tracker.listen(begin('lora-sft'));
  tracker.listen(log('loading\n'));
  for (let step = 5; step <= 9; step += 1) tracker.listen(progress(step, { loss: step }));
  tracker.listen(end('ran'));
  await tracker.close();
}

function pointsOf({ server }: Rig): unknown[] {
  return accepted(server, 'scalar')
    .filter(({ key }) => key === 'train/loss')
    .map(({ index }) => index);
}

const linesOf = ({ server }: Rig): unknown[] =>
  accepted(server, 'log').map(({ epoch, message }) => [epoch, message]);
const statesOf = ({ server }: Rig): unknown[] =>
  bodies(server, 'PUT', '/state').map((body) => (body as { state: unknown }).state);
const idsOf = ({ server }: Rig): Set<unknown> =>
  new Set(bodies(server, 'POST', '/experiment').map((body) => (body as { cuid: unknown }).cuid));

async function uploadAll(rig: Rig): Promise<void> {
  const { environment, workspace, records } = rig;
  const server = await openServer({ environment, workspace });
  for (const spool of findSpools(join(workspace, '.temper', 'runs')))
    await server.sync(spool, { records, left: true });
}

describe('a training that was stopped and goes on', () => {
  test('is one tracking run: ABORTED meanwhile, FINISHED in the end, every step once', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    await stop(rig);
    expect(statesOf(rig)).toEqual(['ABORTED']);
    await goOn(rig);
    expect(idsOf(rig).size).toBe(1);
    expect(pointsOf(rig)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(linesOf(rig)).toEqual([
      [1, 'loading'],
      [2, 'ready'],
      [3, 'lora-sft was cancelled'],
      [4, 'loading'],
    ]);
    expect(statesOf(rig)).toEqual(['ABORTED', 'FINISHED']);
    expect(readRecord(rig.records, fingerprint)).toMatchObject({ run: 8, ended: true });
  });

  test('is the same one offline, once both folders are uploaded', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    await stop(rig, { offline: true });
    await goOn(rig, { offline: true });
    await uploadAll(rig);
    expect(idsOf(rig).size).toBe(1);
    expect(pointsOf(rig)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(linesOf(rig).map((line) => (line as unknown[])[0])).toEqual([1, 2, 3, 4]);
    expect(statesOf(rig)).toEqual(['FINISHED']);
    const { id, url } = readRecord(rig.records, fingerprint)!;
    expect(url).toBe(`${rig.server.url}/@alice/alpaca/runs/${id}`);
  });

  test('what the server lacked of the first part arrives before the second', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    rig.server.faults.push({ prefix: '/api/house/metrics', status: 503 });
    const tracker = rig.start();
    tracker.listen(begin('lora-sft'));
    for (let step = 1; step <= 6; step += 1) tracker.listen(progress(step, { loss: step }));
    tracker.listen(end('cancelled'));
    const closing = tracker.close();
    rig.clock.advance(4500);
    await closing;
    expect(pointsOf(rig)).toEqual([]);
    rig.server.faults.length = 0;
    await goOn(rig);
    expect(pointsOf(rig)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(statesOf(rig)).toEqual(['FINISHED']);
  });

  test('is two runs where it goes on in another project', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    await stop(rig);
    await goOn(rig, { settings: { project: 'other' } });
    expect(idsOf(rig).size).toBe(2);
  });
});

describe('a runner that was killed', () => {
  test('leaves a tracking run that the next runner goes on with; what the job says again is not doubled', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    await kill(rig);
    const tracker = rig.start({}, 8);
    tracker.listen(begin('lora-sft'));
    tracker.listen({ type: 'step-adopted', label: 'lora-sft', run: 7 });
    tracker.listen(log('loading\nready\nsaved\n'));
    for (let step = 1; step <= 8; step += 1) tracker.listen(progress(step, { loss: step }));
    tracker.listen(end('ran'));
    const { runs } = await tracker.close();
    expect(idsOf(rig).size).toBe(1);
    // What was sent within the last second before the kill may be sent again, and is the same.
    expect(new Set(pointsOf(rig))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(new Map(linesOf(rig) as [number, string][])).toEqual(
      new Map([
        [1, 'loading'],
        [2, 'ready'],
        [3, 'saved'],
      ]),
    );
    expect(statesOf(rig)).toEqual(['FINISHED']);
    expect(runs).toMatchObject([{ complete: true, dropped: 0 }]);
  });

  test('is CRASHED over there once its folder is uploaded, and goes on all the same', async () => {
    const rig = await createRig({ experiment: 'remembered' });
    await kill(rig);
    await uploadAll(rig);
    expect(statesOf(rig)).toEqual(['CRASHED']);
    await goOn(rig);
    expect(idsOf(rig).size).toBe(1);
    expect(statesOf(rig)).toEqual(['CRASHED', 'FINISHED']);
  });
});

test('a training that failed keeps its run, and the next attempt gets one of its own', async () => {
  const rig = await createRig({ experiment: 'remembered' });
  const tracker = rig.start();
  tracker.listen(begin('lora-sft'));
  tracker.listen(progress(1, { loss: 1 }));
  tracker.listen(end('failed'));
  await tracker.close();
  await goOn(rig);
  expect(idsOf(rig).size).toBe(2);
  expect(statesOf(rig)).toEqual(['CRASHED', 'FINISHED']);
});
