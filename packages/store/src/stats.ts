import { lstatSync, readFileSync, type BigIntStats } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from './error.ts';
import { uniqueName, makeFolder } from './files.ts';
import type { Layout } from './layout.ts';
import type { StoredOutput } from './store.ts';

/** What tells without reading whether something is still what was verified: `type:dev:ino:size:mode:mtime:ctime`, ns. */
export type StatKey = string;

/** @throws the file system's error when there is no such file. */
export function statKey(path: string): StatKey {
  return keyOf(lstatSync(path, { bigint: true }));
}

function keyOf(stat: BigIntStats): StatKey {
  const type = stat.isFile() ? 'f' : stat.isDirectory() ? 'd' : 'x';
  // The size of a folder is the file system's affair.
  const size = type === 'd' ? 0 : stat.size;
  return [type, stat.dev, stat.ino, size, stat.mode, stat.mtimeNs, stat.ctimeNs].join(':');
}

/** What an artifact looks like from outside: its tree, and the blobs behind those files of it that are copies. */
export interface Snapshot {
  /** By path in the tree. */
  readonly files: Readonly<Record<string, StatKey>>;
  /** By path in the tree, the tree itself as ``. */
  readonly folders: Readonly<Record<string, StatKey>>;
  /** By path in the tree; a file that is a link to its blob needs no look of its own. */
  readonly blobs: Readonly<Record<string, StatKey>>;
}

interface Recorded extends Snapshot {
  /** Milliseconds when the record was made: what changed close to it is not trusted. */
  readonly at: number;
}

/**
 * A file whose change time lies within this of the record could have been written again in the same tick of the clock
 * without a visible difference (git calls such entries racy: https://git-scm.com/docs/racy-git).
 */
export const racyMilliseconds = 20;

/** Looks at an artifact; what is not there is left out. */
export function takeSnapshot(layout: Layout, output: StoredOutput): Snapshot {
  const tree = layout.tree(output.digest);
  const files: Record<string, StatKey> = {};
  const folders: Record<string, StatKey> = {};
  const blobs: Record<string, StatKey> = {};
  const look = (into: Record<string, StatKey>, name: string, path: string): BigIntStats | undefined => {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat !== undefined) into[name] = keyOf(stat);
    return stat;
  };
  for (const folder of foldersOf(output)) look(folders, folder, join(tree, folder));
  for (const { path, sha256 } of output.files) {
    const file = look(files, path, join(tree, path));
    if (file?.nlink !== undefined && file.nlink > 1n) continue;
    look(blobs, path, layout.blob(sha256));
  }
  return { files, folders, blobs };
}

/** The folders of an artifact's tree, the tree itself first. */
function foldersOf(output: StoredOutput): readonly string[] {
  const folders = new Set(['']);
  for (const { path } of output.files) {
    for (let folder = dirname(path); folder !== '.' && !folders.has(folder); folder = dirname(folder))
      folders.add(folder);
  }
  return [...folders];
}

/**
 * Records what an artifact looks like.
 *
 * @param verified What it looked like before its bytes were read: of an artifact that looks different by now nothing is
 *   recorded, since nobody has read what it is now.
 */
export async function recordStats(layout: Layout, output: StoredOutput, verified: Snapshot): Promise<void> {
  const now = takeSnapshot(layout, output);
  if (content(now) !== content(verified)) return;
  const recorded: Recorded = { at: Date.now(), ...now };
  const path = layout.stat(output.digest);
  await makeFolder(dirname(path));
  // Not flushed: what a power cut leaves of it does not parse, and costs a reading.
  const temporary = `${path}.${uniqueName()}`;
  await writeFile(temporary, JSON.stringify(recorded), { flag: 'wx' });
  await rename(temporary, path);
}

/** Without change times: a further name for a file changes them, and no write leaves the rest as it was. */
function content({ files, folders, blobs }: Snapshot): string {
  return JSON.stringify([files, folders, blobs], (_, value: unknown) =>
    typeof value === 'string' ? value.slice(0, value.lastIndexOf(':')) : value,
  );
}

/** What of an artifact does not look as recorded; all of it when nothing was recorded. */
export interface Changed {
  /** Paths of files to be read before they are believed. */
  readonly files: ReadonlySet<string>;
  /** Whether something may have been added to a folder of the tree. */
  readonly folders: boolean;
}

export function changedSince(layout: Layout, output: StoredOutput, now: Snapshot): Changed {
  const recorded = readRecord(layout, output);
  const paths = output.files.map(({ path }) => path);
  if (recorded === undefined) return { files: new Set(paths), folders: true };
  const isSame = (known: StatKey | undefined, found: StatKey | undefined): boolean =>
    known !== undefined && known === found && !isRacy(known, recorded.at);
  return {
    files: new Set(
      paths.filter(
        (path) =>
          !isSame(recorded.files[path], now.files[path]) ||
          (now.blobs[path] !== undefined && !isSame(recorded.blobs[path], now.blobs[path])),
      ),
    ),
    folders: foldersOf(output).some((path) => !isSame(recorded.folders[path], now.folders[path])),
  };
}

/** Whether something changed so close to a moment that a second change could hide in the same tick. */
export function isRacy(key: StatKey, at: number): boolean {
  const changed = BigInt(key.slice(key.lastIndexOf(':') + 1));
  // File systems without fractions of a second stamp by up to two of them.
  const tick = changed % 1_000_000n === 0n ? 2000 : racyMilliseconds;
  return Number(changed / 1_000_000n) > at - tick;
}

function readRecord(layout: Layout, output: StoredOutput): Recorded | undefined {
  try {
    const recorded = JSON.parse(readFileSync(layout.stat(output.digest), 'utf8')) as Partial<Recorded>;
    const { at, files, folders, blobs } = recorded;
    return typeof at === 'number' && files !== undefined && folders !== undefined && blobs !== undefined
      ? { at, files, folders, blobs }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT', 'EIO', 'EACCES', 'EISDIR')) return undefined;
    throw error;
  }
}
