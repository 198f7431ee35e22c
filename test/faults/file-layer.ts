/**
 * A layer over `node:fs` that counts calls which change or read files below a folder, and makes one of them fail. What
 * the code under test imported stays the function it knows: the built-in module's own exports are replaced.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** What becomes of a call. */
export interface Fault {
  /** The number of the call, from 1. */
  readonly at: number;
  /** `killed`: this call and all later ones never happen. Otherwise the error of the system, this once. */
  readonly how: 'killed' | 'ENOSPC' | 'EIO';
  /** Whether a written file gets half of its bytes first. */
  readonly torn?: boolean;
}

const watched = [
  'writeFile',
  'rename',
  'link',
  'mkdir',
  'rm',
  'copyFile',
  'chmod',
  'open',
  'readdir',
  'readFile',
  'lstat',
] as const;
const changing = new Set<string>([
  'writeFile',
  'rename',
  'link',
  'mkdir',
  'rm',
  'copyFile',
  'chmod',
  'sync',
  'write',
]);

/** The process that was killed: nothing it still wants to do happens. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Does something with at most one fault, and answers how many calls there were. Only one at a time.
 *
 * @param kinds `changing`: writes, flushes, renames and links; `all`: whatever touches files.
 */
export async function withFault(
  folder: string,
  kinds: 'changing' | 'all',
  fault: Fault | undefined,
  deed: () => Promise<unknown>,
): Promise<{ readonly calls: number; readonly error: unknown }> {
  let calls = 0;
  let isDead = false;
  const pass = (name: string): 'go on' | 'torn' => {
    if (isDead) throw new Killed(name);
    if (kinds === 'changing' && !changing.has(name)) return 'go on';
    calls += 1;
    if (calls !== fault?.at) return 'go on';
    if (fault.torn === true && name === 'write') return 'torn';
    return fail(name);
  };
  const fail = (name: string): never => {
    if (fault?.how === 'killed') {
      isDead = true;
      throw new Killed(name);
    }
    throw Object.assign(new Error(`${String(fault?.how)}: ${name}`), { code: fault?.how });
  };

  const promises = fs.promises as unknown as Record<string, (...words: unknown[]) => Promise<unknown>>;
  const before = Object.fromEntries(watched.map((name) => [name, promises[name]]));
  const concerns = (path: unknown): boolean =>
    (Buffer.isBuffer(path) ? path.toString() : String(path)).startsWith(folder);
  const underWay = new Set<Promise<unknown>>();
  const during = async <T>(call: Promise<T>): Promise<T> => {
    underWay.add(call);
    return call.finally(() => underWay.delete(call));
  };
  for (const name of watched) {
    const real = before[name];
    promises[name] = async (...words) => {
      if (!concerns(words[0]) && !concerns(words[1])) return real?.(...words);
      pass(name);
      const result = await during(real?.(...words) ?? Promise.resolve());
      if (name === 'open') watchHandle(result as fs.promises.FileHandle, pass, fail, during);
      return result;
    };
  }
  syncBuiltinESMExports();
  let error: unknown;
  try {
    await deed();
  } catch (caught) {
    error = caught;
  } finally {
    // What ran beside the call that failed is still at it: it may not write into the folder of the next fault.
    while (underWay.size > 0) {
      await Promise.allSettled(underWay);
      await turnOfTheLoop();
    }
    Object.assign(promises, before);
    syncBuiltinESMExports();
  }
  return { calls, error };
}

function watchHandle(
  handle: fs.promises.FileHandle,
  pass: (name: string) => 'go on' | 'torn',
  fail: (name: string) => never,
  during: <T>(call: Promise<T>) => Promise<T>,
): void {
  const sync = handle.sync.bind(handle);
  const write = handle.writeFile.bind(handle);
  handle.sync = async () => {
    pass('sync');
    await during(sync());
  };
  handle.writeFile = async (content, ...rest) => {
    if (pass('write') === 'torn') {
      const whole = Buffer.from(content as string);
      await during(write(whole.subarray(0, whole.length >> 1)));
      fail('write');
    }
    await during(write(content, ...rest));
  };
}
