import { statfs } from 'node:fs/promises';
import type { Ended } from '@temper/backend';
import type { PlannedStep } from '@temper/plan';
import { StoreError } from '@temper/store';
import type { Failure, JobFailed } from './failure.ts';

/** Less than this is a full disk: not even a job's last words find room, and then it looks as if it were lost. */
const lastWords = 64 * 1024;

/**
 * What a job that did not succeed amounts to. `folder` is where it worked, `log` where its output lies, `checkpoint` the
 * step of its last checkpoint.
 */
export async function failureOfJob(
  step: PlannedStep,
  ended: Ended,
  log: string,
  folder: string,
  checkpoint: number | null,
): Promise<JobFailed> {
  const { result } = ended;
  // A launcher that refuses what a job made says so, and that tells more than its being at odds with the exit code.
  const said = result.message === null || result.reason === 'lost' ? undefined : `failed: ${result.message}`;
  const failure: JobFailed = {
    type: 'job',
    reason: result.reason ?? 'code',
    label: step.label,
    where: step.where,
    message: `${step.label} ${said ?? ended.disagreement ?? 'failed: no reason was given'}`,
    hint: result.hint ?? goingOn(ended, checkpoint),
    log,
    seconds: result.seconds,
  };
  return failure.reason === 'lost' ? ((await fullDisk(failure, folder)) ?? failure) : failure;
}

/** The failure that an exception of the store, of a backend, or of ours amounts to. */
export function failureOf(error: unknown, { label, where }: PlannedStep): Failure {
  if (error instanceof StoreError)
    return {
      type: 'store',
      problem: error.problem,
      label,
      where,
      message: error.message,
      hint: error.hint,
    };
  const { reason, message, hint } = error as { reason?: string; message?: string; hint?: string };
  if (reason !== undefined)
    return { type: 'surroundings', reason, label, where, message: message ?? reason, hint };
  return {
    type: 'bug',
    label,
    where,
    message: `${label}: ${message ?? String(error)}`,
    stack: (error as Error).stack,
  };
}

/** A job that was ended from outside made no mistake, and what it has saved is not lost. */
function goingOn({ result }: Ended, checkpoint: number | null): string | undefined {
  const ended = result.signal !== null || ['preempted', 'lost', 'timeout'].includes(result.reason ?? '');
  return ended && checkpoint !== null
    ? `run again: it goes on from its checkpoint of step ${String(checkpoint)}`
    : undefined;
}

async function fullDisk(failure: JobFailed, folder: string): Promise<JobFailed | undefined> {
  const { bavail, bsize, blocks } = await statfs(folder);
  if (bavail * bsize >= lastWords) return undefined;
  const size = `${String(Math.round((blocks * bsize) / 2 ** 20))} MiB`;
  return {
    ...failure,
    reason: 'no-space',
    message: `${failure.label ?? 'a step'} filled the disk that holds the store (${size}, and nothing is free)`,
    hint: 'free some, let `temper gc` name what could go, or move the store with TEMPER_STORE',
  };
}
