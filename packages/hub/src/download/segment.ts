import type { Session } from '../http/session.ts';
import { connectionTrouble } from '../http/exchange.ts';
import { sentenceOf } from '../error.ts';
import { type Attempt, persist } from '../http/patience.ts';
import type { Tally } from './progress.ts';
import { cutShort, type Remote, wrongLength } from './remote.ts';

/** Large enough that a request costs little beside it, small enough that eight of them in memory are no burden. */
export const segmentSize = 4 * 1024 * 1024;

/** What the readers of a file share. */
export interface Reading {
  readonly session: Session;
  readonly tally: Tally;
}

/** Thrown where a server takes no notice of ranges, so that the file has to be read over one connection. */
export class NoRanges extends Error {}

/** A part of a file that is on its way. */
export interface Segment {
  /** What has come since the last time, waiting until there is something; nothing when it has ended. */
  take(): Promise<readonly Buffer[]>;
  /** Why it ended early. */
  readonly trouble: Error | undefined;
  /** Resolves when nothing more comes, with the number of bytes that nobody has taken. */
  readonly ended: Promise<number>;
}

/** Asks for the bytes from `start` to `end` and, after a cut, for those that are missing. */
export function beginSegment(
  remote: Remote,
  { start, end }: { readonly start: number; readonly end: number },
  { session, tally }: Reading,
  signal: AbortSignal,
): Segment {
  const wanted = end - start;
  let arrived: Buffer[] = [];
  let have = 0;
  let trouble: Error | undefined;
  let over = false;
  let waiting = 0;
  let wake: () => void = () => undefined;

  const receive = async (attempt: Attempt): Promise<void> => {
    if (have === wanted) return;
    const { body, whole, address } = await remote.open(start + have, end, signal);
    if (whole) {
      body.destroy();
      throw new NoRanges();
    }
    const before = have;
    await new Promise<void>((resolve, reject) => {
      body.on('data', (chunk: Buffer) => {
        have += chunk.length;
        if (have > wanted) {
          body.destroy(wrongLength(remote.file, start + have));
          return;
        }
        arrived.push(chunk);
        waiting += chunk.length;
        tally.arrived(chunk.length);
        noteProgress(attempt, have - before, wanted);
        wake();
      });
      body.once('end', resolve);
      body.once('error', (error) =>
        reject(connectionTrouble(error, new URL(address), { file: remote.file.path })),
      );
      body.once('close', () => reject(cutShort(remote, start + have)));
    });
    if (have < wanted) throw cutShort(remote, start + have);
  };

  const ended = persist({ ...session, signal }, receive)
    .catch((error: unknown) => {
      trouble = error instanceof Error ? error : new Error(sentenceOf(error));
    })
    .then(() => {
      over = true;
      wake();
      return waiting;
    });

  return {
    ended,
    get trouble() {
      return trouble;
    },
    async take() {
      while (arrived.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      const taken = arrived;
      arrived = [];
      waiting = 0;
      return taken;
    },
  };
}

/** A twentieth of what was wanted, or a mebibyte: less is no sign that going on will lead anywhere. */
export function noteProgress(attempt: Attempt, brought: number, wanted: number): void {
  if (brought >= Math.min(wanted / 20, 1024 * 1024)) attempt.progressed = true;
}
