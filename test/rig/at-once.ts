import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, Ended, Handle, JobRequest } from '@temper/backend';
import type { RunOptions } from '@temper/run';

/** Does one job: writes its outputs into the folder, and answers whether it succeeded. */
type Work = (request: JobRequest, folder: string) => boolean;

/** What a run is given by whoever asks about the runner and not about processes: each job is done at once in this one. */
export function atOnce(
  work: Work,
): Omit<RunOptions, 'workspace' | 'store' | 'stats' | 'resolveHub' | 'keepGoing'> {
  const backend = createAtOnceBackend(work);
  return {
    backends: { host: backend, python: backend },
    checker: { check: () => Promise.resolve(undefined), close: () => Promise.resolve() },
    fetchWheel: () => Promise.reject(new Error('there are no wheels')),
    networkEnvironment: {},
    emit: () => undefined,
    signal: new AbortController().signal,
    gpus: 0,
    jobs: 1,
  };
}

function createAtOnceBackend(work: Work): Backend {
  const endings = new Map<string, Ended>();
  return {
    name: 'at-once',
    deviations: [],
    check: () => Promise.resolve([]),
    submit(request, folder) {
      const { jobId, attempt, owner, run, label } = request;
      const succeeded = work(request, folder);
      const outputs = succeeded
        ? request.outputs.map(({ name, path }) => ({ name, path, ...sizeOf(join(folder, path)) }))
        : [];
      endings.set(jobId, {
        result: {
          ...{ v: 1, jobId, attempt, outputs, signal: null, seconds: 0 },
          ...(succeeded
            ? { outcome: 'succeeded', exitCode: 0, reason: null, message: null }
            : { outcome: 'failed', exitCode: 1, reason: 'code', message: 'it was asked to' }),
          peakMemory: null,
        },
      });
      const handle: Handle = {
        ...{ jobId, attempt, owner, run, label },
        ...{ backend: 'at-once', folder, nativeId: '0', submittedAt: '', host: '', bootId: '' },
      };
      return Promise.resolve(handle);
    },
    status: () => Promise.resolve('ended'),
    events: (_, from) => Promise.resolve({ events: [], next: from }),
    logs: (_, __, from) => Promise.resolve({ bytes: new Uint8Array(), next: from }),
    cancel: () => Promise.resolve(),
    collect({ jobId }) {
      const ended = endings.get(jobId);
      return ended === undefined
        ? Promise.reject(new Error(`there is no job ${jobId}`))
        : Promise.resolve(ended);
    },
    list: () => Promise.resolve([]),
    dispose: () => Promise.resolve(),
  };
}

function sizeOf(folder: string): { readonly files: number; readonly bytes: number } {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
