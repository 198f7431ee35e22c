import { expect } from 'vitest';
import type { Conformance } from './index.ts';

/** How a job ends by itself, and what it sees while it lives. */
export function testEndings({ test }: Conformance): void {
  test('a job that ends well has succeeded', async (rig) => {
    const job = await rig.start();
    const { result, disagreement } = await job.succeed();
    expect(disagreement).toBeUndefined();
    expect(result).toMatchObject({
      v: 1,
      jobId: job.request.jobId,
      attempt: 1,
      outcome: 'succeeded',
      exitCode: 0,
    });
    expect(result).toMatchObject({ signal: null, reason: null, message: null });
    expect(result.outputs).toEqual([{ name: 'thing', path: 'out/thing', files: 1, bytes: 4 }]);
    expect(result.peakMemory ?? 1e6).toBeGreaterThan(500_000);
    expect(result.seconds).toBeGreaterThan(0);
  });

  for (const code of [1, 2, 130]) {
    test(`exit code ${String(code)} passes through and is a failure`, async (rig) => {
      const job = await rig.start();
      const { result } = await job.exit(code);
      expect(result).toMatchObject({ outcome: 'failed', exitCode: code, signal: null, outputs: [] });
      expect(result.message).toContain(String(code));
    });
  }

  test('exit code 75 that nobody asked for is a preemption', async (rig) => {
    const { result } = await (await rig.start()).exit(75);
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 75, reason: 'preempted' });
  });

  test('a job that is killed says by which signal', async (rig) => {
    const job = await rig.start();
    await job.tell({ do: 'die', signal: 'SIGKILL' });
    const { result } = await job.ended();
    expect(result).toMatchObject({ outcome: 'failed', reason: 'code', signal: 'SIGKILL' });
    expect(result.message).toBe('the job was killed by SIGKILL and gave no reason');
  });

  test('a job without its entry could not start', async (rig) => {
    const { result } = await (await rig.start({ entry: 'code/rig/missing' })).ended();
    expect(result).toMatchObject({ outcome: 'failed', reason: 'could-not-start' });
  });

  test('a time limit ends a job that does not end', async (rig) => {
    const job = await rig.start({ resources: { gpus: 0, memory: null, seconds: 0.5 }, graceSeconds: 0 });
    const { result } = await job.ended();
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'timeout',
      message: 'the time limit of 0.5 s is over',
    });
  });

  test('variables arrive as they were written, and no others', async (rig) => {
    const environment = {
      SPACES: '  two  spaces ',
      QUOTES: `it's "quoted" \`\${HOME}\` \\ $(date)`,
      LINES: 'one\ntwo\n',
      UNICODE: '训练 🚀 é',
      DASH: '--leading=dash',
      EMPTY: '',
    };
    const job = await rig.start({ environment });
    const seen = await job.describe();
    expect(seen.environment).toMatchObject(environment);
    expect(seen.environment).toMatchObject({
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
      OMP_NUM_THREADS: '1',
      HF_HUB_OFFLINE: '1',
    });
    expect(seen.environment['TEMPER_JOB']).toBe(seen.folder);
    expect(seen.environment['HOME']).toBe(`${seen.folder}/tmp`);
    expect(seen.environment['TMPDIR']).toBe(`${seen.folder}/tmp`);
    expect(seen.environment).not.toHaveProperty('VITEST');
    expect(seen.environment).not.toHaveProperty('NODE_ENV');
    expect(seen.arguments).toEqual([]);
  });

  test('eight jobs at once each keep to a limit of their own', async (rig) => {
    const limited = { gpus: 0, memory: null, seconds: 0.5 };
    const unlimited = { gpus: 0, memory: null, seconds: null };
    const jobs = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        rig.start({ resources: index % 2 === 0 ? limited : unlimited, graceSeconds: 0 }),
      ),
    );
    // Those without a limit are let go when the others have met theirs.
    const ends = await Promise.all(jobs.filter((_, index) => index % 2 === 0).map((job) => job.ended()));
    expect(ends.map(({ result }) => result.reason)).toEqual(ends.map(() => 'timeout'));
    const others = await Promise.all(jobs.filter((_, index) => index % 2 === 1).map((job) => job.succeed()));
    expect(others.map(({ result }) => result.outcome)).toEqual(others.map(() => 'succeeded'));
  });

  test('everything a job imports was compiled when its environment was made', async (rig) => {
    const job = await rig.start();
    expect(await job.do({ do: 'compiled' })).toEqual([]);
    await job.succeed();
  });

  test('several jobs at once do not mix', async (rig) => {
    const jobs = await Promise.all(Array.from({ length: 8 }, () => rig.start()));
    const ends = await Promise.all(
      jobs.map(async (job, index) => {
        await job.do({ do: 'print', stream: 'out', bytes: btoa(`job ${String(index)}`), times: 1 });
        return job.succeed();
      }),
    );
    expect(ends.map(({ result }) => result.outcome)).toEqual(jobs.map(() => 'succeeded'));
    expect(jobs.map((job) => job.read('log/out'))).toEqual(jobs.map((_, index) => `job ${String(index)}`));
  });
}
