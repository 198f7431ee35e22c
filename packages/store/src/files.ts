import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileChangedError, sha256File, type Digest } from '@temper/fingerprint';
import { hasCode, StoreError } from './error.ts';

/** A name nobody else uses. */
export function uniqueName(): string {
  return `${String(process.pid)}-${randomBytes(8).toString('hex')}`;
}

/**
 * The names in a folder, in code-unit order; none where there is no folder.
 *
 * @param onProblem Told of a folder that cannot be listed, which then counts as empty; without it that is thrown.
 */
export async function namesIn(
  folder: string,
  onProblem?: (folder: string, error: Error) => void,
): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (onProblem === undefined) throw error;
    onProblem(folder, error as Error);
    return [];
  }
}

/**
 * Makes a folder with those above it. On a read-only file system Node says of that only that something does not exist,
 * so the last one is asked for by itself then.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((reason: unknown) => {
      if (!hasCode(reason, 'EEXIST')) throw reason;
    });
  }
}

/** Flushes a file's bytes to the disk. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the names in a folder; file systems that cannot are taken as they are. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch((error: unknown) => {
      if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'EISDIR')) throw error;
    });
  } finally {
    await folder.close();
  }
}

/** Removes a file, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}

/**
 * The digest of a blob. Another process that gives it a name or takes one away, as whoever clears the folder of a job
 * does, looks like a write while it is read; then it is read again.
 */
export async function digestOfBlob(path: string): Promise<Digest> {
  for (let again = 8; ; again--) {
    try {
      return await sha256File(path);
    } catch (error) {
      if (!(error instanceof FileChangedError) || again === 0) throw error;
    }
  }
}

/** Makes a folder show that something below it has changed. */
export async function touchFolder(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    // Of another user, who lets us write there: then a name that comes and goes.
    if (!hasCode(error, 'EPERM')) throw error;
    const passing = join(path, uniqueName());
    await mkdir(passing);
    await rmdir(passing);
  }
}

/** Writes a file that appears whole or not at all and never replaces another. Answers false when one was there. */
export async function publishFile(
  path: string,
  content: string | Uint8Array,
  incoming: string,
): Promise<boolean> {
  const temporary = join(incoming, uniqueName());
  await makeFolder(dirname(path));
  try {
    const file = await open(temporary, 'wx', 0o444);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    const published = await publishByLink(temporary, path);
    await flushFolder(dirname(path));
    await flushFolder(dirname(dirname(path)));
    return published;
  } catch (error) {
    await removeFile(temporary).catch(() => undefined);
    throw error;
  }
}

/**
 * Gives a file that is complete and flushed its final name. Answers false when the name was taken. The name survives a
 * power cut only after its folder was flushed, which the caller does when all names are there.
 */
export async function publishByLink(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      await removeFile(temporary);
      return false;
    }
    // A file system without hard links: a rename can replace, but only by the same content under the same digest.
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK')) throw error;
    await rename(temporary, path);
    return true;
  }
  await removeFile(temporary);
  return true;
}

/** Copies by reflink where the file system can, else byte by byte; never shares an inode. */
export async function cloneFile(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}

/** One entry of a folder that may become an artifact. */
export interface WalkedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly executable: boolean;
  /** Names this inode has; more than one means that somebody else can write to it. */
  readonly links: number;
}

/**
 * Every file below a folder, in code-unit order.
 *
 * @throws StoreError for whatever an artifact cannot hold: links, pipes, sockets, devices, names that are not UTF-8 or
 *   hold control characters, and names that differ only by case.
 */
export async function walk(folder: string): Promise<readonly WalkedFile[]> {
  const files: WalkedFile[] = [];
  const pending = [''];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const names = await readdir(Buffer.from(join(folder, at)), { encoding: 'buffer' });
    for (const bytes of names) {
      const name = bytes.toString('utf8');
      const path = at === '' ? name : `${at}/${name}`;
      if (!Buffer.from(name, 'utf8').equals(bytes)) refuse(path, 'its name is not UTF-8');
      if (/[\u0000-\u001f\u007f]/.test(name)) refuse(path, 'its name holds a control character');
      const stat = await lstat(join(folder, path));
      if (stat.isDirectory()) pending.push(path);
      else if (stat.isFile()) {
        files.push({ path, bytes: stat.size, executable: (stat.mode & 0o100) !== 0, links: stat.nlink });
      } else refuse(path, describeType(stat));
    }
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  refuseClashes(files);
  return files;
}

function describeType(stat: { isSymbolicLink(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (stat.isSymbolicLink()) return 'it is a symbolic link';
  if (stat.isFIFO()) return 'it is a named pipe';
  return stat.isSocket() ? 'it is a socket' : 'it is a device';
}

function refuseClashes(files: readonly WalkedFile[]): void {
  const seen = new Map<string, string>();
  for (const { path } of files) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) refuse(path, `on some file systems it is the same file as ${printable(other)}`);
    seen.set(folded, path);
  }
}

function refuse(path: string, why: string): never {
  throw new StoreError('refused', `${printable(path)} cannot be part of an artifact: ${why}`, {
    hint: 'let the stage write regular files only',
  });
}

/** A path on one line, whatever is in it. */
function printable(path: string): string {
  return JSON.stringify(path);
}
