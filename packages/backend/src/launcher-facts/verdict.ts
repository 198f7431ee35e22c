import { exitCodes } from '../folder/names.ts';
import type { JobFailureReason, JobResult } from '../job.ts';

export type Verdict = Pick<JobResult, 'outcome' | 'reason' | 'message' | 'hint'>;

/** What the job says of its own failure. `interrupted` is its word for having stopped on request. */
export interface ToldFailure {
  readonly reason: JobFailureReason | 'interrupted';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Everything that is known when a job's process has ended. */
export interface EndFacts {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the launcher asked it to end, if it did. */
  readonly asked: 'cancelled' | 'preempted' | 'timeout' | undefined;
  readonly told: ToldFailure | undefined;
  /** The memory that ran out: the machine's, by the kernel's counters, or Node's own heap. */
  readonly memory: 'kernel' | 'heap' | undefined;
  readonly seconds: number | null;
}

/** One verdict from the exit code, the job's own words, the kernel's counters, and what the launcher itself did. */
export function judge(facts: EndFacts): Verdict {
  const { code, signal, asked, told } = facts;
  if (code === exitCodes.done) return { outcome: 'succeeded', reason: null, message: null };
  const ended = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  if (asked === 'timeout') return failed('timeout', `the time limit of ${facts.seconds} s is over`);
  if (asked !== undefined || code === exitCodes.interrupted) {
    // Nobody asked us, so somebody asked the job: an engine that takes its machine back.
    const message = told?.message ?? `the job ${ended}`;
    return { outcome: 'interrupted', reason: asked ?? 'preempted', message };
  }
  if (facts.memory !== undefined && (told === undefined || told.reason === 'code')) {
    return facts.memory === 'kernel'
      ? failed(
          'out-of-memory',
          'the kernel killed the job for want of memory',
          'give the job more memory, or less to hold',
        )
      : failed(
          'out-of-memory',
          "the job filled Node's heap",
          'read and write rows one by one instead of holding them all',
        );
  }
  if (told !== undefined && told.reason !== 'interrupted')
    return failed(told.reason, told.message, told.hint);
  return failed(
    code === exitCodes.badRequest ? 'could-not-start' : 'code',
    `the job ${ended} and gave no reason`,
  );
}

export function failed(reason: JobFailureReason, message: string, hint?: string): Verdict {
  return { outcome: 'failed', reason, message, ...(hint === undefined ? {} : { hint }) };
}

const reasons: readonly string[] = [
  'bad-input',
  'user-error',
  'gate',
  'no-space',
  'out-of-memory',
  'gpu-out-of-memory',
  'could-not-start',
  'code',
  'interrupted',
] satisfies ToldFailure['reason'][];

/** The content of `failure.json` when it is sound; it comes from code that may have died while writing it. */
export function parseFailure(text: string): ToldFailure | undefined {
  let told: Partial<Record<keyof ToldFailure, unknown>> | null;
  try {
    told = JSON.parse(text) as typeof told;
  } catch {
    return undefined;
  }
  const { reason, message, hint } = told ?? {};
  if (typeof reason !== 'string' || !reasons.includes(reason) || typeof message !== 'string')
    return undefined;
  return {
    reason: reason as ToldFailure['reason'],
    message,
    hint: typeof hint === 'string' ? hint : undefined,
  };
}
