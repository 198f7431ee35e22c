import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from './canonical.ts';
import type { Digest } from './digest.ts';
import { hashFile } from './file.ts';
import type { StatCache } from './stat-cache.ts';

/** One regular file of an artifact. */
export interface ArtifactFile {
  /** Relative to the artifact's folder, with `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: number;
  readonly sha256: Digest;
}

/**
 * Digest of a folder's content: of path, executable bit, size and SHA-256 of each file, whatever order they come in.
 * Empty folders, owners, times and all other modes do not count: not every file system can hold them.
 */
export function artifactDigest(files: Iterable<ArtifactFile>): Digest {
  const hash = createHash('sha256').update('temper.artifact/1\n');
  let previous: string | undefined;
  for (const file of [...files].sort(byPath)) {
    if (!isArtifactPath(file.path)) {
      throw new TypeError(`${JSON.stringify(file.path)} is not a path relative to an artifact's folder`);
    }
    if (file.path === previous) throw new TypeError(`an artifact lists ${JSON.stringify(file.path)} twice`);
    previous = file.path;
    hash.update(`${canonical([file.path, file.executable, file.bytes, file.sha256])}\n`);
  }
  return hash.digest('hex') as Digest;
}

/**
 * The files of a folder with their digests, in code-unit order of their paths. Throws a `TypeError` at the first thing
 * that an artifact cannot hold: a link, a device, a name that is not Unicode.
 *
 * @param cache Spares the reading of files that have not changed since their digest was recorded.
 */
export async function readArtifact(folder: string, cache?: StatCache): Promise<ArtifactFile[]> {
  const files: ArtifactFile[] = [];
  const folders = [''];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(await readFile(folder, path, cache));
      else throw new TypeError(`${join(folder, path)} is neither a regular file nor a folder`);
    }
  }
  return files.sort(byPath);
}

async function readFile(folder: string, path: string, cache?: StatCache): Promise<ArtifactFile> {
  // Not by `join`, which takes every one of a hundred thousand paths apart.
  const absolute = `${folder}/${path}`;
  // Node decodes names as UTF-8 and puts U+FFFD where it cannot: two such names would become one.
  if (path.includes('\uFFFD')) throw new TypeError(`${absolute} has a name that is not UTF-8`);
  if (cache?.has(absolute) === true) {
    const stat = lstatSync(absolute, { bigint: true });
    const known = cache.get(absolute, stat);
    if (known !== undefined) return describe(path, stat, known);
  }
  const hashed = await hashFile(absolute);
  cache?.set(absolute, hashed);
  return describe(path, hashed.stat, hashed.digest);
}

function describe(path: string, stat: { mode: bigint; size: bigint }, sha256: Digest): ArtifactFile {
  return { path, executable: (stat.mode & 0o100n) !== 0n, bytes: Number(stat.size), sha256 };
}

function isArtifactPath(path: string): boolean {
  return (
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !path.includes('\0')
  );
}

/** Code-unit order, which no locale changes. */
function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}
