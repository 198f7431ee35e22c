import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Conformance } from './index.ts';
import { type RigJob, until } from './rig/rig.ts';

/** What is believed of a job's end when its own files do not agree. */
export function testVerdicts({ test }: Conformance): void {
  const rewrite = (job: RigJob, change: (result: Record<string, unknown>) => unknown): void => {
    const path = join(job.folder, 'result.json');
    const changed = change(JSON.parse(job.read('result.json') ?? '') as Record<string, unknown>);
    rmSync(path);
    writeFileSync(path, typeof changed === 'string' ? changed : JSON.stringify(changed));
  };

  test('without a result a job is lost, however well it ended', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    rmSync(join(job.folder, 'result.json'));
    const { result, disagreement } = await rig.backend.collect(job.handle);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'lost', outputs: [] });
    expect(disagreement).toContain('ended without a result');
  });

  test('half a result is none', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    rewrite(job, (result) => JSON.stringify(result).slice(0, 40));
    const { result } = await rig.backend.collect(job.handle);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'lost' });
    expect(result.message).toContain('does not parse');
  });

  test('the result of another attempt is none', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    rewrite(job, (result) => ({ ...result, attempt: 7 }));
    const { result } = await rig.backend.collect(job.handle);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'lost', attempt: 1 });
    expect(result.message).toContain('#7');
  });

  test('a success that contradicts its exit code is a failure', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    rewrite(job, (result) => ({ ...result, exitCode: 3 }));
    const { result, disagreement } = await rig.backend.collect(job.handle);
    expect(result.outcome).toBe('failed');
    expect(disagreement).toBe('says that it succeeded, but its exit code is 3');
  });

  test('a success that does not list an output is a failure', async (rig) => {
    const job = await rig.start();
    await job.succeed();
    rewrite(job, (result) => ({ ...result, outputs: [] }));
    const { result, disagreement } = await rig.backend.collect(job.handle);
    expect(result.outcome).toBe('failed');
    expect(disagreement).toBe("says that it succeeded, but does not list its output 'thing'");
  });

  test('a job whose heartbeat stopped is running as long as it is there', async (rig) => {
    const job = await rig.start({ heartbeatSeconds: 3600 });
    await until(() => job.read('heartbeat') !== undefined);
    utimesSync(join(job.folder, 'heartbeat'), 0, 0);
    expect(await rig.backend.status(job.handle)).toBe('running');
    expect((await job.succeed()).result.outcome).toBe('succeeded');
  });
}
