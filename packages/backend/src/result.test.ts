import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Handle } from './backend.ts';
import { jobFiles } from './folder/names.ts';
import type { JobResult } from './job.ts';
import { judge, readResult } from './result.ts';

let handle: Handle;
beforeAll(async () => {
  handle = await openFolder();
  return () => rm(handle.folder, { recursive: true });
});

async function openFolder(): Promise<Handle> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-result-'));
  const request = { outputs: [{ name: 'rows', kind: 'rows', path: 'out/rows' }] };
  await writeFile(join(folder, jobFiles.request), JSON.stringify(request));
  const submittedAt = new Date(0).toISOString();
  return { backend: 'test', folder, jobId: 'a', attempt: 2, nativeId: '1', submittedAt } as Handle;
}

const good: JobResult = {
  ...{ v: 1, jobId: 'a', attempt: 2, outcome: 'succeeded', exitCode: 0, signal: null, reason: null },
  ...{ message: null, outputs: [{ name: 'rows', path: 'out/rows', files: 1, bytes: 9 }] },
  ...{ peakMemory: null, seconds: 1 },
};

describe('a result that agrees with itself', () => {
  it.each([
    ['of a success', good],
    ['of a failure', { ...good, outcome: 'failed', exitCode: 1, reason: 'code', outputs: [] }],
    [
      'of a job that ended well and whose outputs the launcher refused',
      { ...good, outcome: 'failed', reason: 'bad-input' },
    ],
    [
      'of an interruption',
      { ...good, outcome: 'interrupted', exitCode: 75, reason: 'cancelled', outputs: [] },
    ],
  ] as [string, JobResult][])('is believed: %s', async (_, result) => {
    expect(await judge(handle, { result })).toEqual({ result });
  });
});

describe('a result that does not agree', () => {
  it.each([
    ['a success with a bad exit code', { exitCode: 1 }, 'says that it succeeded, but its exit code is 1'],
    [
      'a success of a job that was killed',
      { exitCode: null, signal: 'SIGKILL' },
      'says that it succeeded, but its exit code is null',
    ],
    [
      'a failure without a reason that ended well',
      { outcome: 'failed' },
      'says that it failed, but its exit code is 0',
    ],
    [
      'a success without an output that was asked for',
      { outputs: [] },
      "says that it succeeded, but does not list its output 'rows'",
    ],
  ] as [string, Partial<JobResult>, string][])(
    'is a failure that says so: %s',
    async (_, part, disagreement) => {
      expect(await judge(handle, { result: { ...good, ...part } })).toEqual({
        result: { ...good, ...part, outcome: 'failed', reason: 'code', message: disagreement },
        disagreement,
      });
    },
  );

  it('keeps the reason that it gives', async () => {
    const told = { outcome: 'succeeded', exitCode: 137, reason: 'out-of-memory', message: 'killed' } as const;
    expect(await judge(handle, { result: { ...good, ...told } })).toMatchObject({
      result: { outcome: 'failed', reason: 'out-of-memory', message: 'killed' },
    });
  });

  it.each([{ jobId: 'b' }, { attempt: 1 }])(
    'is nobody’s when it is of another attempt: %j',
    async (other) => {
      const { result, disagreement } = await judge(handle, { result: { ...good, ...other } });
      expect(result).toMatchObject({ outcome: 'failed', reason: 'lost', outputs: [], exitCode: null });
      expect(disagreement).toMatch(/^left the result of another attempt \(\w #\d, expected a #2\)$/);
    },
  );
});

describe('a folder without a result', () => {
  it('tells how far the job came', async () => {
    const { folder } = await openFolder();
    onTestFinished(() => rm(folder, { recursive: true }));
    expect(await readResult(folder)).toEqual({
      missing: 'ended before it began: its runner died while submitting it',
    });
    await writeFile(join(folder, jobFiles.started), '');
    expect(await readResult(folder)).toEqual({
      missing: 'ended without a result: its launcher was killed, or the machine went down',
    });
    await writeFile(join(folder, jobFiles.result), '{"v":1,');
    expect(await readResult(folder)).toMatchObject({
      missing: expect.stringMatching(/^left a result\.json that does not parse \(/) as string,
    });
  });
});
