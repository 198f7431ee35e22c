import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Digest } from '../digest.ts';
import { createMeasure } from '../digest.ts';

/** How a file came over from another folder. Never by hard link: two names of one file change together. */
export type TakenBy = 'reflink' | 'copy';

export interface Taken {
  readonly by: TakenBy;
  readonly size: number;
  readonly sha256: string;
  readonly found: Digest;
}

/**
 * Brings `source` to `target` sharing its blocks where the file system can, else by copying, and measures what
 * has come. The digest is that of our own copy, so that a change of the source meanwhile cannot slip through.
 *
 * @param accept Looks at what has come before it gets its name; when it throws, nothing stays.
 */
export async function takeFile<Result>(
  source: string,
  target: string,
  expected: Digest | undefined,
  accept: (taken: Taken) => Result | Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(target), { recursive: true });
  const passing = `${target}.taking`;
  try {
    await rm(passing, { force: true });
    const { size } = await stat(source);
    const measure = createMeasure(expected ?? { algorithm: 'sha256', value: '' }, size);
    const by = await bring(source, passing, measure.add);
    const result = await accept({ by, ...measure.end() });
    await rename(passing, target);
    return result;
  } catch (error) {
    await rm(passing, { force: true });
    throw error;
  }
}

async function bring(source: string, target: string, add: (bytes: Uint8Array) => void): Promise<TakenBy> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  } catch {
    await copyMeasured(source, target, add);
    return 'copy';
  }
  for await (const chunk of read(target)) add(chunk);
  return 'reflink';
}

async function copyMeasured(source: string, target: string, add: (bytes: Uint8Array) => void): Promise<void> {
  const handle = await open(target, 'wx');
  try {
    for await (const chunk of read(source)) {
      add(chunk);
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
}

function read(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1024 * 1024 });
}
