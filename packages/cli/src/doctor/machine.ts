import { constants, copyFile, link, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { bytes } from '@temper/report/words';
import type { Finding } from './finding.ts';

const gibibyte = 2 ** 30;

export function examineMemory(): Finding {
  const [free, total, processors] = [freemem(), totalmem(), availableParallelism()];
  return {
    id: 'memory',
    state: free > 2 * gibibyte ? 'good' : 'doubtful',
    found: (texts) => texts.memory(bytes(free), bytes(total), processors),
    mend: free > 2 * gibibyte ? undefined : (texts) => texts.freeMemory,
  };
}

/** @param home Where the store and the Python environments are, or will be. */
export async function examineDisk(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestFolder(home));
  const free = bavail * bsize;
  const good = free > 10 * gibibyte;
  return {
    id: 'disk',
    state: good ? 'good' : 'doubtful',
    found: (texts) => texts.freeIn(bytes(free), home),
    mend: good ? undefined : (texts) => texts.freeDisk,
  };
}

/** Tries out what the store makes use of, in a folder that is taken away again. */
export async function examineFileSystem(home: string): Promise<Finding> {
  const id = 'fileSystem';
  const parent = await nearestFolder(home);
  let folder: string;
  try {
    folder = await mkdtemp(join(parent, '.temper-doctor-'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      id,
      state: 'doubtful',
      found: (texts) => texts.notWritable(home, reason),
      mend: (texts) => texts.moveHome,
      blocking: true,
    };
  }
  try {
    const file = join(folder, 'file');
    await writeFile(file, 'temper');
    const works = async (attempt: Promise<unknown>): Promise<boolean> =>
      attempt.then(
        () => true,
        () => false,
      );
    const reflinks = await works(copyFile(file, join(folder, 'clone'), constants.COPYFILE_FICLONE_FORCE));
    const hardLinks = await works(link(file, join(folder, 'link')));
    const ignoresCase = await works(stat(join(folder, 'FILE')));
    return {
      id,
      state: reflinks || hardLinks ? 'good' : 'doubtful',
      found: (texts) => texts.fileSystem({ reflinks, hardLinks, ignoresCase }),
      mend: reflinks || hardLinks ? undefined : (texts) => texts.moveHome,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined || folder === dirname(folder)) return folder;
  }
}
