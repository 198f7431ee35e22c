import { lstatSync, type Stats } from 'node:fs';
import { chmod, link, lstat, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode, StoreError } from './error.ts';
import { cloneFile, digestOfBlob, makeFolder, uniqueName } from './files.ts';
import { quarantineFolder } from './ingest.ts';
import type { Layout } from './layout.ts';
import {
  changedSince,
  isRacyFile,
  statKey,
  takeSnapshot,
  writtenSince,
  type Changed,
  type Fresh,
  type Snapshot,
  type StatKey,
} from './stats.ts';
import type { Damage, StoredOutput } from './store.ts';

/** What this process has read against its digest, so that a file is not read twice on its way into a tree. */
export type Verified = Map<string, StatKey>;

/** Remembers a file whose bytes are right, unless it was written to so lately that a second write could hide. */
function rememberVerified(verified: Verified, path: string, key: StatKey, readAt: number): void {
  if (!isRacyFile(key, readAt)) verified.set(path, key);
}

/**
 * The tree of an artifact: made in a place of its own and renamed when it is whole. Every blob is read against its
 * digest before it enters, since a tree is what jobs and people read.
 *
 * @throws StoreError `corrupt` when a blob is not what its name says.
 */
export async function makeTree(
  layout: Layout,
  output: StoredOutput,
  trusted: 'blobs' | Verified,
): Promise<string> {
  const tree = layout.tree(output.digest);
  if (await isThere(tree)) return tree;
  const growing = join(layout.incoming, uniqueName());
  await makeFolder(growing);
  try {
    for (const file of output.files) {
      const blob = layout.blob(file.sha256);
      if (trusted !== 'blobs' && !(await isSound(blob, file.sha256, trusted))) {
        throw new StoreError('corrupt', `the blob of ${file.path} does not have the bytes its name says`, {
          hint: 'run the same command again: the step that made it runs anew',
        });
      }
      await place(blob, join(growing, file.path), file.executable);
    }
    await makeFolder(layout.trees);
    // Not flushed: what a power cut leaves of it is looked at like any tree, and made again.
    await rename(growing, tree);
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    // Two processes may make the same tree at once; the first one's is as good as ours.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return tree;
}

async function isSound(path: string, digest: string, verified: Verified): Promise<boolean> {
  try {
    const key = statKey(path);
    if (verified.get(path) === key) return true;
    const readAt = Date.now();
    if ((await digestOfBlob(path)) !== digest) return false;
    rememberVerified(verified, path, key, readAt);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof TypeError) return false;
    throw error;
  }
}

/** A link to the blob; a copy where the mode has to differ (an inode has one mode) or links do not work. */
async function place(blob: string, path: string, executable: boolean): Promise<void> {
  await makeFolder(dirname(path));
  if (!executable) {
    try {
      if (((await lstat(blob)).mode & 0o777) !== 0o444) await chmod(blob, 0o444);
      await link(blob, path);
      return;
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV')) throw error;
    }
  }
  await cloneFile(blob, path);
  await chmod(path, executable ? 0o555 : 0o444);
}

type Found = Omit<Damage, 'affects'>;

/** What is wrong with an artifact. */
export interface Inspection {
  /** With its blobs: the artifact cannot be served. */
  readonly blobs: readonly Found[];
  /** With its tree, which can be made again from sound blobs. */
  readonly tree: readonly Found[];
  /** What it looked like before anything was read; undefined when nothing had to be read. */
  readonly reread: Snapshot | undefined;
}

/**
 * Looks at an artifact by stat, and reads what looks different.
 *
 * @param fresh What is known of one that this process has hashed and not recorded yet.
 */
export async function inspect(
  layout: Layout,
  output: StoredOutput,
  verified: Verified,
  fresh: Fresh | undefined,
): Promise<Inspection> {
  const blobs: Found[] = [];
  const inTree: Found[] = [];
  const tree = layout.tree(output.digest);
  const hasTree = await isThere(tree);
  const snapshot = takeSnapshot(layout, output);
  const changed = lookForChanges();
  for (const file of output.files) {
    const suspect = changed.files.has(file.path);
    const blob = layout.blob(file.sha256);
    const wrongBlob = await wrongWith(blob, file, suspect, verified);
    if (wrongBlob !== undefined) blobs.push(wrongBlob);
    if (!hasTree) continue;
    const path = join(tree, file.path);
    const wrongFile =
      suspect && sameInode(blob, path)
        ? wrongBlob && { ...wrongBlob, path }
        : await wrongWith(path, file, suspect, verified);
    const problem = wrongFile ?? (suspect ? wrongMode(path, file) : undefined);
    if (problem !== undefined) inTree.push(problem);
  }
  if (hasTree && changed.folders) {
    for (const stranger of await strangers(layout, output)) {
      const message = `${JSON.stringify(stranger)} was put into an artifact that does not have it`;
      inTree.push({ path: join(tree, stranger), problem: 'unexpected', message });
    }
  }
  const reread = hasTree && (changed.files.size > 0 || changed.folders) ? snapshot : undefined;
  return { blobs, tree: inTree, reread };

  function lookForChanges(): Changed {
    if (!hasTree) return { files: new Set(output.files.map(({ path }) => path)), folders: false };
    return fresh === undefined
      ? changedSince(layout, output, snapshot)
      : writtenSince(output, fresh, snapshot);
  }
}

async function wrongWith(
  path: string,
  file: StoredOutput['files'][number],
  suspect: boolean,
  verified: Verified,
): Promise<Found | undefined> {
  let stat: Stats;
  try {
    stat = lstatSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR'))
      return { path, problem: 'missing', message: `${file.path} is gone` };
    return {
      path,
      problem: 'unreadable',
      message: `${file.path} cannot be read: ${(error as Error).message}`,
    };
  }
  if (!stat.isFile()) return { path, problem: 'corrupt', message: `${file.path} is no longer a file` };
  if (stat.size !== file.bytes) {
    const message = `${file.path} has ${String(stat.size)} bytes instead of ${String(file.bytes)}`;
    return { path, problem: 'corrupt', message };
  }
  try {
    if (!suspect || (await isSound(path, file.sha256, verified))) return undefined;
    return { path, problem: 'corrupt', message: `${file.path} has other bytes than its digest says` };
  } catch (error) {
    return {
      path,
      problem: 'unreadable',
      message: `${file.path} cannot be read: ${(error as Error).message}`,
    };
  }
}

/** The executable bit is part of an artifact; the others keep it from being written to by mistake. */
function wrongMode(path: string, file: StoredOutput['files'][number]): Found | undefined {
  const isExecutable = (lstatSync(path).mode & 0o100) !== 0;
  if (isExecutable === file.executable) return undefined;
  const message = `${file.path} ${isExecutable ? 'was made executable' : 'is no longer executable'}`;
  return { path, problem: 'corrupt', message };
}

function sameInode(one: string, other: string): boolean {
  const [left, right] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return left !== undefined && left.ino === right?.ino && left.dev === right.dev;
}

/** Takes what is damaged out of reach: the tree, and blobs that are not what their names say. */
export async function isolate(layout: Layout, output: StoredOutput, damage: Inspection): Promise<void> {
  const folder = await quarantineFolder(layout);
  const move = async (path: string, name: string): Promise<void> => {
    await rename(path, join(folder, `${name}-${uniqueName()}`)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  };
  for (const { path, problem } of damage.blobs) {
    if (problem === 'corrupt') await move(path, path.slice(dirname(path).length + 1));
  }
  await move(layout.tree(output.digest), `tree-${output.digest}`);
  await rm(layout.stat(output.digest), { force: true });
}

/** Whether the tree holds nothing but its files. */
export async function strangers(layout: Layout, output: StoredOutput): Promise<readonly string[]> {
  const expected = new Set(output.files.map(({ path }) => path));
  const found: string[] = [];
  const pending = [''];
  const tree = layout.tree(output.digest);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(join(tree, at), { withFileTypes: true }).catch(() => [])) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (!expected.has(path)) found.push(path);
    }
  }
  return found;
}

async function isThere(tree: string): Promise<boolean> {
  return (await lstat(tree).catch(() => undefined))?.isDirectory() === true;
}
