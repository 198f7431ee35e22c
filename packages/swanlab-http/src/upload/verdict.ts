import { ApiError } from '../errors.ts';

/**
 * What a failed upload means:
 * - `again`: the same request can succeed later (5xx, 429, no answer, an answer that makes no sense)
 * - `datum`: the server refuses what is in it (400, 413, 422 and their like)
 * - `run`: the server refuses this run whatever is in it (no permission, deleted, key revoked)
 */
export type Verdict = 'again' | 'datum' | 'run';

const aboutTheRun = new Set([401, 402, 403, 404, 405, 407, 410, 451]);

export function judge(error: unknown): Verdict {
  if (!(error instanceof ApiError)) return 'run';
  if (error.retryable || error.code === 'invalid-answer') return 'again';
  return error.status < 400 || aboutTheRun.has(error.status) ? 'run' : 'datum';
}

export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.retryAfter : undefined;
}
