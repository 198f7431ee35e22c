import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Backend, Handle, JobEvent, Status } from './backend.ts';
import type { JobResult } from './job.ts';
import { waitForJob } from './wait.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'temper-wait-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const handleOf = (path: string): Handle => ({
  backend: 'fake',
  jobId: 'job',
  attempt: 1,
  folder: path,
  nativeId: '1',
  submittedAt: new Date().toISOString(),
  host: hostname(),
  bootId: 'boot',
  owner: 'owner',
  run: '1',
  label: 'step',
});

const result = { v: 1, jobId: 'job', attempt: 1, outcome: 'succeeded', exitCode: 0 } as unknown as JobResult;

/** A backend that answers from a script: one status a look, the last one for ever. */
function scripted(
  statuses: readonly Status[],
  events: readonly JobEvent[] = [],
): Backend & { cancelled: number[] } {
  let looks = 0;
  const cancelled: number[] = [];
  return {
    name: 'fake',
    deviations: [],
    cancelled,
    check: () => Promise.resolve([]),
    submit: () => Promise.reject(new Error('not asked for')),
    status: () => Promise.resolve(statuses[Math.min(looks++, statuses.length - 1)] ?? 'ended'),
    events: (_, from) =>
      Promise.resolve({ events: events.slice(from, from + 2), next: Math.min(from + 2, events.length) }),
    logs: (_, __, from) => Promise.resolve({ bytes: new Uint8Array(), next: from }),
    cancel: (_, { graceSeconds }) => {
      cancelled.push(graceSeconds);
      return Promise.resolve();
    },
    collect: () => Promise.resolve({ result }),
    list: () => Promise.resolve([]),
    dispose: () => Promise.resolve(),
  };
}

const quiet = {
  signal: new AbortController().signal,
  graceSeconds: 5,
  onEvent: () => undefined,
  onLog: () => undefined,
};

it('a job that cannot be seen for a while is waited for', async () => {
  const backend = scripted(['running', 'unknown', 'unknown', 'running', 'ended']);
  expect(await waitForJob(backend, handleOf(folder), quiet)).toEqual({ result });
});

it('a job that cannot be seen and gives no sign of life is lost', async () => {
  const ended = await waitForJob(scripted(['unknown']), handleOf(folder), {
    ...quiet,
    lostAfterSeconds: 0.1,
  });
  expect(ended.result).toMatchObject({ outcome: 'failed', reason: 'lost' });
  expect(ended.disagreement).toBe('nobody knows the job any more, and it gave no sign of life for 0.1 s');
});

it('a heartbeat that moves is a sign of life, whatever its machine thinks of the time', async () => {
  const backend = scripted(['unknown']);
  let beats = 0;
  const beating: Backend = {
    ...backend,
    status: async () => {
      if (++beats > 20) return 'ended';
      await writeFile(join(folder, 'heartbeat'), '');
      await utimes(join(folder, 'heartbeat'), beats, beats);
      return 'unknown';
    },
  };
  expect(await waitForJob(beating, handleOf(folder), { ...quiet, lostAfterSeconds: 2 })).toEqual({ result });
});

it('a silent job that its backend sees running is not given up', async () => {
  const statuses: Status[] = [...Array.from({ length: 8 }, () => 'running' as const), 'ended'];
  expect(await waitForJob(scripted(statuses), handleOf(folder), { ...quiet, lostAfterSeconds: 0 })).toEqual({
    result,
  });
});

it('repeated events are passed on once', async () => {
  const events = [1, 2, 2, 1, 3].map((seq): JobEvent => ({ seq, t: 'now', type: 'test' }));
  const seen: number[] = [];
  const options = { ...quiet, onEvent: ({ seq }: JobEvent) => seen.push(seq) };
  await waitForJob(scripted(['running', 'ended'], events), handleOf(folder), options);
  expect(seen).toEqual([1, 2, 3]);
});

it('an abort cancels the job once and waits for its end', async () => {
  const controller = new AbortController();
  controller.abort();
  const backend = scripted(['running', 'running', 'running', 'ended']);
  expect(await waitForJob(backend, handleOf(folder), { ...quiet, signal: controller.signal })).toEqual({
    result,
  });
  expect(backend.cancelled).toEqual([5]);
});
