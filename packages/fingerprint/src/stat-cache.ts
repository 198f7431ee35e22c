import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { dirname } from 'node:path';
import { sha256, type Digest } from './digest.ts';
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

const header = 'temper.stat-cache/1';

/**
 * A cache kept in one file, one line a path. A missing or damaged cache is an empty one: all it costs is reading.
 *
 * A state is relied on only when the file had been left alone for a while before it was read. Otherwise a second write
 * in the same tick of the file system's clock could change the content and leave size and times as they were
 * (git calls such entries racy: https://git-scm.com/docs/racy-git).
 */
export function createStatCache(file: string): StatCache {
  // Lines stay text until they are asked for: a hundred thousand are read in the time of a few hundred objects.
  const lines = load(file);
  let changed = false;

  const cache: StatCache = {
    has: (path) => lines.has(path),
    get(path, stat) {
      const line = lines.get(path);
      return line?.startsWith(describe(stat), 65) === true ? (line.slice(0, 64) as Digest) : undefined;
    },
    set(path, hashed) {
      if (isRacy(hashed)) {
        changed = lines.delete(path) || changed;
        return;
      }
      lines.set(path, `${hashed.digest} ${describe(hashed.stat)}${JSON.stringify(path)}`);
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
      const body = [...lines.values()].join('\n');
      const temporary = `${file}.${process.pid}`;
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(temporary, `${header} ${sha256(body)}\n${body}`);
        renameSync(temporary, file);
        changed = false;
      } catch {
        rmSync(temporary, { force: true });
      }
    },
  };
  return cache;
}

function load(file: string): Map<string, string> {
  const lines = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return lines;
  }
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end === -1 || text.slice(0, end) !== `${header} ${sha256(body)}` || body === '') return lines;
  for (const line of body.split('\n')) {
    lines.set(JSON.parse(line.slice(line.indexOf('"'))) as string, line);
  }
  return lines;
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
