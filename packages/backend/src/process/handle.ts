import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handle } from '../backend.ts';
import { publishOnce, takeAway } from '../exclusive.ts';
import { jobFiles } from '../folder/names.ts';
import type { JobRequest } from '../job.ts';
import type { ProcessIdentity } from './identity.ts';

/** The handle that a runner left in a job's folder; undefined when there is none or it does not parse. */
export async function readHandle(folder: string): Promise<Handle | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, jobFiles.handle), 'utf8')) as Handle;
  } catch {
    return undefined;
  }
}

/** Publishes a handle, and only if nobody else has: false when the job is already somebody's. */
export function claimHandle(handle: Handle): Promise<boolean> {
  return publishOnce(join(handle.folder, jobFiles.handle), encode(handle));
}

/** Takes away a handle whose process never began. */
export function discardHandle(dead: Handle): Promise<void> {
  return takeAway(join(dead.folder, jobFiles.handle), encode(dead));
}

export function isOf(handle: Handle, request: JobRequest): boolean {
  return handle.jobId === request.jobId && handle.attempt === request.attempt;
}

/** A folder serves one job at a time. */
export function taken(by: Handle | undefined, request: JobRequest): Error {
  const other = by === undefined ? 'nobody knows which job' : `attempt ${by.attempt} of job ${by.jobId}`;
  return new Error(`the folder of job ${request.jobId} is taken by ${other}`);
}

function encode(handle: Handle): string {
  return `${JSON.stringify(handle, null, 2)}\n`;
}

/** A native id of this machine's own processes: `pid:start`. */
export function formatProcess({ pid, start }: ProcessIdentity): string {
  return `${pid}:${start}`;
}

export function parseProcess(nativeId: string): ProcessIdentity {
  const colon = nativeId.indexOf(':');
  return { pid: Number(nativeId.slice(0, colon)), start: nativeId.slice(colon + 1) };
}
