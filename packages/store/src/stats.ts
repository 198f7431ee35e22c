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

function content({ files, folders, blobs }: Snapshot): string {
  return JSON.stringify([files, folders, blobs], (_, value: unknown) =>
    typeof value === 'string' ? unchanging(value) : value,
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
  return recorded === undefined
    ? everything(output)
    : compare(
        output,
        recorded,
        now,
        (known, found) => known === found && !isRacy(changeTime(known), recorded.at),
      );
}

/** What an artifact looked like that was hashed a moment ago. */
export interface Fresh {
  readonly snapshot: Snapshot;
  /** Milliseconds when the hashing began. */
  readonly hashedFrom: number;
}

/**
 * What of an artifact may have been written to since it was hashed, before there is a record of it. Its change times
 * say nothing yet: names of its files still come and go. A write leaves none of the rest as it was, where the last one
 * before was long enough ago.
 */
export function writtenSince(output: StoredOutput, { snapshot, hashedFrom }: Fresh, now: Snapshot): Changed {
  return compare(
    output,
    snapshot,
    now,
    (known, found) => unchanging(known) === unchanging(found) && !isRacy(writeTime(known), hashedFrom),
  );
}

function everything(output: StoredOutput): Changed {
  return { files: new Set(output.files.map(({ path }) => path)), folders: true };
}

function compare(
  output: StoredOutput,
  before: Snapshot,
  now: Snapshot,
  isSame: (known: StatKey, found: StatKey) => boolean,
): Changed {
  const differs = (known: StatKey | undefined, found: StatKey | undefined): boolean =>
    known === undefined || found === undefined || !isSame(known, found);
  return {
    files: new Set(
      output.files
        .map(({ path }) => path)
        .filter(
          (path) =>
            differs(before.files[path], now.files[path]) ||
            (now.blobs[path] !== undefined && differs(before.blobs[path], now.blobs[path])),
        ),
    ),
    folders: foldersOf(output).some((path) => differs(before.folders[path], now.folders[path])),
  };
}

/** The last two parts of a key, in nanoseconds. */
function writeTime(key: StatKey): bigint {
  return BigInt(key.split(':').at(-2) ?? '');
}

function changeTime(key: StatKey): bigint {
  return BigInt(key.slice(key.lastIndexOf(':') + 1));
}

/** Without the change time: a further name for a file changes it, and no write leaves the rest as it was. */
function unchanging(key: StatKey): string {
  return key.slice(0, key.lastIndexOf(':'));
}

/** Whether something changed so close to a moment that a second change could hide in the same tick. */
function isRacy(changed: bigint, at: number): boolean {
  // File systems without fractions of a second stamp by up to two of them.
  const tick = changed % 1_000_000n === 0n ? 2000 : racyMilliseconds;
  return Number(changed / 1_000_000n) > at - tick;
}

/** As {@link isRacy}, of a file. */
export function isRacyFile(key: StatKey, at: number): boolean {
  return isRacy(changeTime(key), at);
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
