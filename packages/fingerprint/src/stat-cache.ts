import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from './digest.ts';
import { hashFile, type HashedFile } from './file.ts';

/** Remembers the digests of files by what `lstat` says of them. */
export interface StatCache {
  /** Whether the file is known in any state: if not, asking for its state is a waste. */
  has(path: string): boolean;
  /** The digest of a file in this state, if it can be relied on. */
  get(path: string, stat: BigIntStats): Digest | undefined;
  /** Remembers what a file was read to be. */
  set(path: string, hashed: HashedFile): void;
  /** The digest of a file, read only when it must be. */
  digest(path: string): Promise<Digest>;
  /** Writes the cache in place of the old one, if there is anything new. One that cannot be written costs reading. */
  save(): void;
}

const header = 'temper.stat-cache/2';

/**
 * A cache kept in one file, one line a path. A missing or damaged cache is an empty one: all it costs is reading.
 *
 * A state is relied on only when the file had been left alone for a while before it was read. Otherwise a second write
 * in the same tick of the file system's clock could change the content and leave size and times as they were
 * (git calls such entries racy: https://git-scm.com/docs/racy-git).
 */
export function createStatCache(file: string): StatCache {
  // The digest of each path and the state it was read in, which stay text until they are asked for: a hundred thousand
  // are read in the time of a few hundred objects.
  const states = load(file);
  let changed = false;

  const cache: StatCache = {
    has: (path) => states.has(path),
    get(path, stat) {
      const known = states.get(path);
      return known?.slice(65) === describe(stat) ? (known.slice(0, 64) as Digest) : undefined;
    },
    set(path, hashed) {
      if (isRacy(hashed)) {
        changed = states.delete(path) || changed;
        return;
      }
      states.set(path, `${hashed.digest} ${describe(hashed.stat)}`);
      changed = true;
    },
    async digest(path) {
      const known = cache.get(path, lstatSync(path, { bigint: true }));
      if (known !== undefined) return known;
      const hashed = await hashFile(path);
      cache.set(path, hashed);
      return hashed.digest;
    },
    save() {
      if (!changed) return;
      const temporary = `${file}.${process.pid}`;
      try {
        mkdirSync(dirname(file), { recursive: true });
        write(temporary, states);
        renameSync(temporary, file);
        changed = false;
      } catch {
        rmSync(temporary, { force: true });
      }
    },
  };
  return cache;
}

/** As much of the text at once as a write is worth: all of it would be there three times, as text and as bytes. */
const writtenAtOnce = 2 ** 20;

function write(file: string, states: ReadonlyMap<string, string>): void {
  const hash = createHash('sha256');
  const descriptor = openSync(file, 'w');
  try {
    // The digest has a fixed length, and is put in when all is written.
    writeSync(descriptor, `${header} ${'-'.repeat(64)}`);
    let text = '';
    const flush = (): void => {
      const bytes = Buffer.from(text);
      writeSync(descriptor, bytes);
      hash.update(bytes);
      text = '';
    };
    for (const [path, state] of states) {
      text += `\n${state}${JSON.stringify(path)}`;
      if (text.length > writtenAtOnce) flush();
    }
    flush();
    writeSync(descriptor, hash.digest('hex'), header.length + 1);
  } finally {
    closeSync(descriptor);
  }
}

function load(file: string): Map<string, string> {
  const states = new Map<string, string>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return states;
  }
  const body = bytes.subarray(header.length + 1 + 64);
  const digest = createHash('sha256').update(body).digest('hex');
  if (bytes.subarray(0, -body.length || undefined).toString() !== `${header} ${digest}`) return states;
  for (let at = 1, end: number; at < body.length; at = end + 1) {
    end = body.indexOf('\n', at);
    if (end === -1) end = body.length;
    const quote = body.indexOf('"', at);
    states.set(JSON.parse(body.toString('utf8', quote, end)) as string, body.toString('latin1', at, quote));
  }
  return states;
}

function describe(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs} `;
}

/** File systems with nanoseconds stamp by the kernel's tick, at most 10 ms; others by up to two seconds (FAT). */
function isRacy({ stat, readAt }: HashedFile): boolean {
  const newest = stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
  const tick = newest % 1_000_000n === 0n ? 2_000_000_000n : 20_000_000n;
  return BigInt(readAt) * 1_000_000n <= newest + tick;
}
