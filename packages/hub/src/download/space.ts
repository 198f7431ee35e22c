import { statfs } from 'node:fs/promises';

import { HubError } from '../error.ts';
import { formatBytes } from './progress.ts';

/** Bytes that this user can still write on the file system of `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What file systems need for themselves beside the contents. */
const margin = 64 * 1024 * 1024;

/** Refuses before the first byte when `needed` bytes will not fit. */
export async function assertSpace(
  folder: string,
  needed: number,
  measure: (folder: string) => Promise<number>,
): Promise<void> {
  const free = await measure(folder);
  if (needed === 0 || free >= needed + margin) return;
  throw new HubError({
    reason: 'no-space',
    message: `${formatBytes(needed)} are to be downloaded, and ${folder} has ${formatBytes(free)} free`,
    hint: 'free some space, or choose a folder on another disk',
  });
}
