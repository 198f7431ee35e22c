import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Conformance } from './index.ts';
import { until } from './rig/rig.ts';

/** Machines that are taken back, daemons that die, queues that stand still, clocks that are wrong. */
export function testPreemption({ test, daemon }: Conformance): void {
  const preempted = { outcome: 'interrupted', reason: 'preempted' };

  test('a job whose machine is taken back saves a checkpoint, and the next attempt goes on from it', async (rig) => {
    const job = await rig.start();
    await job.do({ do: 'save-on-term', path: 'checkpoint/step', text: '17' });
    process.kill(await rig.launcherOf(job), 'SIGTERM');
    expect((await job.ended()).result).toMatchObject({ ...preempted, exitCode: 75, attempt: 1 });

    const next = await rig.again(job);
    expect(await next.do({ do: 'read', path: 'checkpoint/step' })).toBe('17');
    expect((await next.succeed()).result).toMatchObject({ outcome: 'succeeded', attempt: 2 });
  });

  test('a job whose machine is taken back before its first line is preempted, too', async (rig) => {
    const job = await rig.start({ params: { hold: true } });
    await until(() => job.read('tmp/rig/importing') !== undefined);
    process.kill(await rig.launcherOf(job), 'SIGTERM');
    expect((await job.ended()).result).toMatchObject({ ...preempted, signal: 'SIGTERM' });
    expect(job.lives()).toBe(0);
  });

  test('a daemon that dies under a job leaves it unknown, and finds it again', async (rig) => {
    const job = await rig.start();
    await job.describe();
    await daemon().kill();
    try {
      await until(async () => (await rig.backend.status(job.handle)) === 'unknown');
      // The job does not care: it does what it is told meanwhile.
      await job.tell({ do: 'write', path: 'out/thing/made', text: 'made' });
      await until(() => job.read('out/thing/made') === 'made');
    } finally {
      await daemon().start();
    }
    expect(await rig.backend.status(job.handle)).toBe('running');
    expect((await job.exit(0)).result).toMatchObject({ outcome: 'succeeded' });
  });

  test('a job that ended while the daemon was away is collected when it is back', async (rig) => {
    const job = await rig.start();
    await job.do({ do: 'write', path: 'out/thing/made', text: 'made' });
    await daemon().kill();
    try {
      await until(async () => (await rig.backend.status(job.handle)) === 'unknown');
      await job.tell({ do: 'exit', code: 0 });
      await until(() => job.read('result.json') !== undefined);
      expect(await rig.backend.status(job.handle)).toBe('unknown');
    } finally {
      await daemon().start();
    }
    expect((await job.ended()).result).toMatchObject({ outcome: 'succeeded' });
  });

  test('a job that waits for GPUs is cancelled in the queue', async (rig) => {
    const job = await rig.start({ resources: { gpus: 1024, memory: null, seconds: null } });
    expect(await rig.backend.status(job.handle)).toBe('queued');
    await rig.backend.cancel(job.handle, { graceSeconds: 0 });
    expect((await job.ended()).result).toMatchObject({ outcome: 'interrupted', reason: 'cancelled' });
  });

  for (const [direction, seconds] of [
    ['ahead', 86_400],
    ['behind', -86_400],
  ] as const) {
    test(`a job whose clock is a day ${direction} is not given up`, async (rig) => {
      const job = await rig.start({ heartbeatSeconds: 3600 });
      await until(() => job.read('heartbeat') !== undefined);
      const there = Date.now() / 1000 + seconds;
      utimesSync(join(job.folder, 'heartbeat'), there, there);
      const t = new Date(there * 1000).toISOString();
      const line = `{"v":1,"seq":900,"t":"${t}","type":"rig"}\n`;
      await job.do({ do: 'append', path: 'events.jsonl', bytes: btoa(line), times: 1 });
      expect(await rig.backend.status(job.handle)).toBe('running');
      const seen = { events: [] as { readonly t: string; readonly type: string }[] };
      await job.do({ do: 'write', path: 'out/thing/made', text: 'made' });
      await job.tell({ do: 'exit', code: 0 });
      const { result } = await job.ended({ events: seen.events as never });
      expect(result).toMatchObject({ outcome: 'succeeded' });
      expect(result.seconds).toBeLessThan(3600);
      expect(seen.events.find(({ type }) => type === 'rig')?.t).toBe(t);
    });
  }
}
