import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended, Handle } from './backend.ts';
import { jobFiles } from './folder/names.ts';
import type { JobRequest, JobResult } from './job.ts';

/** What a job's folder says of its end: a result, or why there is none to go by. */
export type Reading = { readonly result: JobResult } | { readonly missing: string };

/** Reads the launcher's result. It is written whole or not at all, so one that does not parse is somebody else's work. */
export async function readResult(folder: string): Promise<Reading> {
  let text: string;
  try {
    text = await readFile(join(folder, jobFiles.result), 'utf8');
  } catch {
    if (!existsSync(join(folder, jobFiles.started)))
      return { missing: 'ended before it began: its runner died while submitting it' };
    const last = await lastWords(folder);
    const said = last === undefined ? '' : `; the launcher's last line is: ${last}`;
    return { missing: `ended without a result: its launcher was killed, or the machine went down${said}` };
  }
  try {
    return { result: JSON.parse(text) as JobResult };
  } catch (error) {
    return { missing: `left a result.json that does not parse (${(error as Error).message})` };
  }
}

/**
 * The verdict on a job that has ended. A result counts when it is of this very attempt, agrees with its own exit code
 * and lists every output that was asked for; everything else is a failure that names the facts.
 */
export async function judge(handle: Handle, reading: Reading): Promise<Ended> {
  if ('missing' in reading) return lost(handle, reading.missing);
  const { result } = reading;
  if (result.jobId !== handle.jobId || result.attempt !== handle.attempt)
    return lost(
      handle,
      `left the result of another attempt (${result.jobId} #${result.attempt}, expected ${handle.jobId} #${handle.attempt})`,
    );
  const disagreement = contradiction(result) ?? (await unlisted(handle, result));
  if (disagreement === undefined) return { result };
  return {
    result: {
      ...result,
      outcome: 'failed',
      reason: result.reason ?? 'code',
      message: result.message ?? disagreement,
    },
    disagreement,
  };
}

function contradiction({ outcome, exitCode, reason }: JobResult): string | undefined {
  const endedWell = exitCode === 0;
  // A job that ended well may still have failed, when its launcher refuses what it wrote and gives the reason.
  const agrees = outcome === 'succeeded' ? endedWell : !endedWell || reason !== null;
  return agrees ? undefined : `says that it ${outcome}, but its exit code is ${String(exitCode)}`;
}

async function unlisted(handle: Handle, result: JobResult): Promise<string | undefined> {
  if (result.outcome !== 'succeeded') return undefined;
  const text = await readFile(join(handle.folder, jobFiles.request), 'utf8');
  const { outputs } = JSON.parse(text) as Pick<JobRequest, 'outputs'>;
  const missing = outputs.find(({ name }) => !result.outputs.some((listed) => listed.name === name));
  return missing === undefined
    ? undefined
    : `says that it succeeded, but does not list its output '${missing.name}'`;
}

/** The end of a job that nobody can tell anything about. */
export function lost(handle: Handle, message: string): Ended {
  const seconds = Math.max(0, (Date.now() - Date.parse(handle.submittedAt)) / 1000);
  const { jobId, attempt } = handle;
  const ending = { exitCode: null, signal: null, outputs: [], peakMemory: null, seconds };
  const result: JobResult = { v: 1, jobId, attempt, outcome: 'failed', reason: 'lost', message, ...ending };
  return { result, disagreement: message };
}

async function lastWords(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, jobFiles.launcherLog), 'utf8').catch(() => '');
  const line = text.trim().split('\n').at(-1)?.slice(0, 400);
  return line === '' ? undefined : line;
}
