import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Conformance } from './index.ts';
import { isMarkAlive, until } from './rig/rig.ts';

/** Asking a job to stop, at every moment and in every mood. */
export function testCancelling({ test }: Conformance): void {
  const cancelled = { outcome: 'interrupted', reason: 'cancelled' };

  test('a job is cancelled before its first line ran', async (rig) => {
    const job = await rig.start();
    await rig.backend.cancel(job.handle, { graceSeconds: 5 });
    expect((await job.ended()).result).toMatchObject(cancelled);
  });

  test('a job is cancelled while it imports', async (rig) => {
    const job = await rig.start({ params: { hold: true } });
    await until(() => job.read('tmp/rig/importing') !== undefined);
    await rig.backend.cancel(job.handle, { graceSeconds: 30 });
    expect((await job.ended()).result).toMatchObject({ ...cancelled, signal: 'SIGTERM' });
    expect(job.lives()).toBe(0);
  });

  test('a running job is cancelled', async (rig) => {
    const job = await rig.start();
    await job.describe();
    await rig.backend.cancel(job.handle, { graceSeconds: 30 });
    expect((await job.ended()).result).toMatchObject(cancelled);
  });

  test('a checkpoint that is saved within the grace is kept, and the next attempt finds it', async (rig) => {
    const job = await rig.start();
    await job.do({ do: 'save-on-term', path: 'checkpoint/step', text: '17' });
    await rig.backend.cancel(job.handle, { graceSeconds: 30 });
    expect((await job.ended()).result).toMatchObject({ ...cancelled, exitCode: 75 });

    const next = await rig.again(job);
    expect(await next.do({ do: 'read', path: 'checkpoint/step' })).toBe('17');
    expect((await next.succeed()).result).toMatchObject({ outcome: 'succeeded', attempt: 2 });
  });

  test('a job that ignores the request is killed when the grace is over', async (rig) => {
    const job = await rig.start({ graceSeconds: 0.3 });
    await job.do({ do: 'ignore-term' });
    await rig.backend.cancel(job.handle, { graceSeconds: 0.3 });
    expect((await job.ended()).result).toMatchObject({ ...cancelled, signal: 'SIGKILL' });
  });

  test('cancelling again without grace kills at once', async (rig) => {
    const job = await rig.start({ graceSeconds: 3600 });
    await job.do({ do: 'ignore-term' });
    await rig.backend.cancel(job.handle, { graceSeconds: 3600 });
    await rig.backend.cancel(job.handle, { graceSeconds: 0 });
    expect((await job.ended()).result).toMatchObject({ ...cancelled, signal: 'SIGKILL' });
  });

  test('cancelling a job that has ended changes nothing', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    await rig.backend.cancel(job.handle, { graceSeconds: 0 });
    expect((await rig.backend.collect(job.handle)).result.outcome).toBe('succeeded');
  });

  test('a job that nobody knows has ended, and cancelling it is no error', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    await rig.backend.dispose(job.handle);
    await rig.backend.cancel(job.handle, { graceSeconds: 0 });
    expect(await rig.backend.status(job.handle)).toBe('ended');
  });

  test('what the job started in a session of its own ends with it', async (rig) => {
    const job = await rig.start();
    const mark = randomUUID();
    await job.do({ do: 'spawn', mark });
    await until(() => isMarkAlive(mark));
    await rig.backend.cancel(job.handle, { graceSeconds: 30 });
    await job.ended();
    await until(async () => !(await isMarkAlive(mark)));
  });
}
