import { HubError } from '../error.ts';
import type { Session } from './session.ts';

/** How long to wait and how often to try. */
export interface Patience {
  /** Attempts in a row that may fail without bringing anything worth mentioning. */
  readonly attempts: number;
  /** The first pause between attempts; each further one is twice as long. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** A server may ask us to wait this long; for more we give up and say so. */
  readonly longestWait: number;
  /** A connection that brings less than `leastBytes` in this many milliseconds counts as dead. */
  readonly stallWindow: number;
  readonly leastBytes: number;
  /** Stretches each pause by up to this share, so that many clients do not come back at once. */
  readonly jitter: () => number;
}

const second = 1000;

export const defaultPatience: Patience = {
  attempts: 6,
  firstPause: second,
  longestPause: 60 * second,
  longestWait: 600 * second,
  stallWindow: 30 * second,
  leastBytes: 30 * 1024,
  jitter: () => Math.random() * 0.25,
};

/** What an attempt brought before it failed: enough of it makes the next failure the first again. */
export interface Attempt {
  progressed: boolean;
}

/**
 * Does `work` until it succeeds, fails for good, or has failed `attempts` times in a row without progress.
 * A wait that the server asked for replaces our own pause.
 */
export async function persist<Value>(
  session: Session,
  work: (attempt: Attempt) => Promise<Value>,
): Promise<Value> {
  for (let failures = 0; ;) {
    throwIfCancelled(session.signal);
    const attempt: Attempt = { progressed: false };
    try {
      return await work(attempt);
    } catch (error) {
      throwIfCancelled(session.signal);
      if (!(error instanceof HubError) || !error.transient) throw error;
      failures = attempt.progressed ? 1 : failures + 1;
      await pauseAfter(session, error, failures);
    }
  }
}

/** Waits before the next try, or throws `error` when there have been enough. */
export async function pauseAfter(session: Session, error: HubError, failures: number): Promise<void> {
  const { patience, clock, signal } = session;
  if (failures >= patience.attempts) throw givenUp(error, failures);
  const asked = error.waitMilliseconds;
  if (asked !== undefined && asked > patience.longestWait) throw tooLong(error, asked);
  const own = Math.min(patience.longestPause, patience.firstPause * 2 ** (failures - 1));
  const milliseconds = asked ?? own * (1 + patience.jitter());
  session.waiting(error, milliseconds, { number: failures + 1, of: patience.attempts });
  await clock.sleep(milliseconds, signal);
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new HubError({
    reason: 'cancelled',
    message: 'The download was cancelled',
    hint: 'run again to go on where it stopped',
    cause: signal.reason,
  });
}

function givenUp(error: HubError, attempts: number): HubError {
  return new HubError({
    reason: error.reason,
    message: `${error.message} (tried ${attempts} times)`,
    hint: error.hint,
    cause: error.cause ?? error,
  });
}

function tooLong(error: HubError, milliseconds: number): HubError {
  return new HubError({
    reason: error.reason,
    message: `${error.message}, and asks to wait ${Math.round(milliseconds / second)} s`,
    hint: error.hint,
    cause: error,
  });
}

/** Reads a Retry-After header: seconds or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * second;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
