import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { KindIdentity } from '@temper/fingerprint';

/** What a check found: undefined when the artifact is what its kind promises. */
export interface Objection {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Checks artifacts against their kinds, in a thread of its own that can be ended. */
export interface Checker {
  check(kind: KindIdentity, folder: string): Promise<Objection | undefined>;
  close(): Promise<void>;
}

export interface CheckRequest {
  readonly id: number;
  /** A module that exports the kind. */
  readonly module: string;
  readonly kind: string;
  readonly folder: string;
}

export interface CheckAnswer {
  readonly id: number;
  readonly objection: Objection | undefined;
}

/**
 * @param options.script The built `check-worker`.
 * @param options.cache A folder below the workspace, so that a kind's bundle finds the packages it imports.
 */
export function createChecker(options: { readonly script: string; readonly cache: string }): Checker {
  let worker: Worker | undefined;
  let next = 0;
  const modules = new Map<string, Promise<string>>();
  const waiting = new Map<
    number,
    { resolve: (objection: Objection | undefined) => void; reject: (error: Error) => void }
  >();

  const start = (): Worker => {
    const started = new Worker(options.script, { resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    started.unref();
    started.on('message', ({ id, objection }: CheckAnswer) => {
      waiting.get(id)?.resolve(objection);
      waiting.delete(id);
    });
    const fail = (error: Error): void => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      worker = undefined;
    };
    started.on('error', fail);
    started.on('exit', () => {
      fail(new Error('the thread that checks artifacts ended'));
    });
    return started;
  };

  return {
    async check(kind, folder) {
      const written = modules.get(kind.digest) ?? writeModule(options.cache, kind);
      modules.set(kind.digest, written);
      const module = await written;
      worker ??= start();
      const id = next++;
      const answer = new Promise<Objection | undefined>((resolve, reject) =>
        waiting.set(id, { resolve, reject }),
      );
      worker.postMessage({ id, module, kind: kind.kind, folder } satisfies CheckRequest);
      return answer;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** By a rename, since another check, or another run, may be importing or writing the same module at this moment. */
async function writeModule(cache: string, kind: KindIdentity): Promise<string> {
  const module = join(cache, `${kind.digest}.mjs`);
  const growing = `${module}.${randomUUID()}`;
  await mkdir(cache, { recursive: true });
  await writeFile(growing, kind.bytes);
  await rename(growing, module);
  return module;
}
