import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend, Ended, Handle, JobRequest } from '@temper/backend';

/**
 * A backend that does each job at once in this process, for whoever asks about the runner and not about processes.
 *
 * @param work Writes a job's outputs into its folder; answers whether it succeeded.
 */
export function createAtOnceBackend(work: (request: JobRequest, folder: string) => boolean): Backend {
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
