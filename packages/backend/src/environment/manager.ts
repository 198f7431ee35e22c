import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildEnvironment } from './build.ts';
import { EnvironmentError } from './error.ts';
import { releaseLock, takeLock } from './lock.ts';

/** A Python environment to be had: what is in it, and what it is called by. */
export interface EnvironmentSpecification {
  readonly name: string;
  /** Of the normalised lock: two checkouts with the same lock share one environment. */
  readonly digest: string;
  /** The hash-locked list, absolute. */
  readonly lock: string;
  /** Such as `>=3.10 <3.14`. */
  readonly python: string;
}

export interface EnvironmentProgress {
  readonly name: string;
  readonly phase: string;
}

/** Makes Python environments and keeps them for all checkouts of a user. */
export interface EnvironmentManager {
  /**
   * The environment's interpreter; built first where it is not there, or was left half-built.
   *
   * @throws EnvironmentError
   */
  ensure(specification: EnvironmentSpecification): Promise<{ readonly python: string }>;
  /** Whether it is there already. */
  isReady(specification: EnvironmentSpecification): boolean;
}

/**
 * @param options.home Absolute; environments lie in `environments/<digest>` below it, uv in `tools`.
 * @param options.environment Where Python, uv and the settings of pip and uv are looked for.
 * @param options.signal Ends a build; what is half-made is begun again by the next.
 */
export function createEnvironmentManager(options: {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  onProgress(progress: EnvironmentProgress): void;
}): EnvironmentManager {
  const folderOf = ({ digest }: EnvironmentSpecification): string =>
    join(options.home, 'environments', digest);
  const markOf = (specification: EnvironmentSpecification): string =>
    join(folderOf(specification), 'complete.json');
  const pythonOf = (specification: EnvironmentSpecification): string =>
    join(folderOf(specification), 'bin', 'python');
  // Its python is a link to the machine's, which an upgrade of the machine may have taken away.
  const isReady = (specification: EnvironmentSpecification): boolean =>
    existsSync(markOf(specification)) && existsSync(pythonOf(specification));
  const building = new Map<string, Promise<void>>();

  const ensureBuilt = async (specification: EnvironmentSpecification): Promise<void> => {
    const { name } = specification;
    const lock = `${folderOf(specification)}.lock`;
    const say = (phase: string): void => {
      options.onProgress({ name, phase });
    };
    await mkdir(join(options.home, 'environments'), { recursive: true });
    for (let told = false; !isReady(specification); told = true) {
      if (await takeLock(lock)) {
        try {
          // Whoever had the lock before may have made it.
          if (isReady(specification)) return;
          const place = { folder: folderOf(specification), mark: markOf(specification), home: options.home };
          const { environment, signal } = options;
          await buildEnvironment({ ...specification, ...place, environment, signal, say });
        } finally {
          await releaseLock(lock);
        }
        return;
      }
      if (!told) say('another run is building it');
      await pause(200, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  };

  return {
    isReady,
    async ensure(specification) {
      if (!isReady(specification)) {
        const one = building.get(specification.digest) ?? ensureBuilt(specification).catch(withReason);
        building.set(specification.digest, one);
        await one.finally(() => building.delete(specification.digest));
      }
      return { python: pythonOf(specification) };
    },
  };
}

/** Our own writes meet a full disk too. */
function withReason(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    const message = `there is no space left for the Python environment: ${error.message}`;
    throw new EnvironmentError('no-space', message, 'free some, or move it with TEMPER_HOME');
  }
  throw error;
}
