import type { Clock } from '../clock.ts';
import { sentenceOf } from '../errors.ts';
import type { FinalState } from '../experiment.ts';
import { putState } from '../experiment.ts';
import type { Counts } from '../report.ts';
import { total } from '../report.ts';
import type { Target } from './target.ts';
import type { UploadQueue } from './upload-queue.ts';

export interface Closing {
  readonly pending: Counts;
  /** Whether the server was told the state. */
  readonly closed: boolean;
  /** Why something is pending, or the state is not told. */
  readonly reasons: readonly string[];
}

/**
 * Sends what is left until `deadline`, and then tells the state, but only if nothing is left: a run that is FINISHED on the
 * server has everything. Without a state the run stays open.
 */
export async function closeUpload(
  queue: UploadQueue,
  options: { target: Target; clock: Clock; state: FinalState | undefined; deadline: AbortSignal },
): Promise<Closing> {
  const { target, clock, state, deadline } = options;
  await queue.drain(deadline);
  const reasons = [...queue.trouble];
  const pending = await queue.stop();
  let closed = false;
  if (total(pending) === 0 && state !== undefined) {
    try {
      await putState(target, clock, state, deadline);
      closed = true;
    } catch (error) {
      reasons.push(`state: ${sentenceOf(error)}`);
    }
  }
  queue.dispose(closed);
  return { pending, closed, reasons };
}
