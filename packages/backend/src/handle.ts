import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Handle, Status } from './backend.ts';
import { publishOnce, takeAway } from './exclusive.ts';
import { jobFiles } from './folder/names.ts';
import type { JobRequest } from './job.ts';
import { bootId } from './process/identity.ts';

/** The handle that a runner left in a job's folder; undefined when there is none or it does not parse. */
export async function readHandle(folder: string): Promise<Handle | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, jobFiles.handle), 'utf8')) as Handle;
  } catch {
    return undefined;
  }
}

/** The handle of a job that this machine is about to begin. */
export async function createHandle(
  request: JobRequest,
  { backend, folder, nativeId }: Pick<Handle, 'backend' | 'folder' | 'nativeId'>,
): Promise<Handle> {
  return {
    backend,
    jobId: request.jobId,
    attempt: request.attempt,
    folder,
    nativeId,
    submittedAt: new Date().toISOString(),
    host: hostname(),
    bootId: await bootId(),
    owner: request.owner,
    run: request.run,
    label: request.label,
  };
}

/**
 * The handle of an earlier submission of the same job, which is as good as a new one. One whose job never began,
 * because its runner died before, is taken away.
 *
 * @throws when the folder serves another job.
 */
export async function earlierSubmission(
  folder: string,
  request: JobRequest,
  status: (handle: Handle) => Promise<Status>,
): Promise<Handle | undefined> {
  const earlier = await readHandle(folder);
  if (earlier === undefined) return undefined;
  if (!isOf(earlier, request)) throw taken(earlier, request);
  if ((await status(earlier)) !== 'ended' || wasStarted(folder)) return earlier;
  await discardHandle(earlier);
  return undefined;
}

/**
 * Publishes a handle, and only if nobody else has published one for this job.
 *
 * @returns undefined when it is ours now, else the handle of whoever was first.
 * @throws when the folder serves another job.
 */
export async function claimHandle(handle: Handle, request: JobRequest): Promise<Handle | undefined> {
  if (await publishOnce(join(handle.folder, jobFiles.handle), encode(handle))) return undefined;
  const winner = await readHandle(handle.folder);
  if (winner === undefined || !isOf(winner, request)) throw taken(winner, request);
  return winner;
}

/** Takes away a handle whose job never began. */
export function discardHandle(dead: Handle): Promise<void> {
  return takeAway(join(dead.folder, jobFiles.handle), encode(dead));
}

/** Whether the launcher of a job has begun. */
export function wasStarted(folder: string): boolean {
  return existsSync(join(folder, jobFiles.started));
}

function isOf(handle: Handle, request: JobRequest): boolean {
  return handle.jobId === request.jobId && handle.attempt === request.attempt;
}

/** A folder serves one job at a time. */
function taken(by: Handle | undefined, request: JobRequest): Error {
  const other = by === undefined ? 'nobody knows which job' : `attempt ${by.attempt} of job ${by.jobId}`;
  return new Error(`the folder of job ${request.jobId} is taken by ${other}`);
}

function encode(handle: Handle): string {
  return `${JSON.stringify(handle, null, 2)}\n`;
}
