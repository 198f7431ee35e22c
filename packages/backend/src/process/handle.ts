import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handle } from '../backend.ts';
import { jobFiles } from '../folder/names.ts';
import type { ProcessIdentity } from './identity.ts';

/** The handle that a runner left in a job's folder; undefined when there is none or it does not parse. */
export async function readHandle(folder: string): Promise<Handle | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, jobFiles.handle), 'utf8')) as Handle;
  } catch {
    return undefined;
  }
}

/** Publishes a handle whole, and only if nobody else has: false when the job is already somebody's. */
export async function claimHandle(handle: Handle): Promise<boolean> {
  const mine = join(handle.folder, `${jobFiles.handle}.${handle.nativeId}`);
  await writeFile(mine, `${JSON.stringify(handle, null, 2)}\n`, { flush: true });
  try {
    await link(mine, join(handle.folder, jobFiles.handle));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/**
 * Takes away a handle whose process never began. Renamed before it is removed, and put back when it turns out to be
 * another one: two runners may clear away the same dead handle, and the slower must not remove the faster one's new.
 */
export async function discardHandle(dead: Handle): Promise<void> {
  const path = join(dead.folder, jobFiles.handle);
  const aside = `${path}.${process.pid}.dead`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = JSON.parse(await readFile(aside, 'utf8')) as Handle;
  if (taken.nativeId !== dead.nativeId) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A native id of this machine's own processes: `pid:start`. */
export function formatProcess({ pid, start }: ProcessIdentity): string {
  return `${pid}:${start}`;
}

export function parseProcess(nativeId: string): ProcessIdentity {
  const colon = nativeId.indexOf(':');
  return { pid: Number(nativeId.slice(0, colon)), start: nativeId.slice(colon + 1) };
}
