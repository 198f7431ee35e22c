import { connectionTrouble } from '../http/exchange.ts';
import { type Attempt, pauseAfter, persist, throwIfCancelled } from '../http/patience.ts';
import type { Piece } from './piece.ts';
import { cutShort, type Remote, wrongLength } from './remote.ts';
import { noteProgress, type Reading } from './segment.ts';

/**
 * Yields a file from `start` on over a single connection, for servers that take no notice of ranges: what is there
 * already comes again and is passed over.
 */
export async function* readStream(
  remote: Remote,
  start: number,
  { session, tally }: Reading,
): AsyncGenerator<Piece> {
  const { size } = remote.file;
  let have = start;
  for (let failures = 0; have < size;) {
    const attempt: Attempt = { progressed: false };
    const { body, whole, address } = await persist(session, () => remote.open(have, size, session.signal));
    let at = whole ? 0 : have;
    const before = have;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        const fresh = chunk.subarray(Math.max(0, have - at));
        at += chunk.length;
        if (at > size) throw wrongLength(remote.file, at);
        if (fresh.length === 0) continue;
        have = at;
        tally.arrived(fresh.length);
        noteProgress(attempt, have - before, size - start);
        yield { chunks: [fresh] };
      }
      if (have < size) throw cutShort(remote, have);
    } catch (error) {
      throwIfCancelled(session.signal);
      const trouble =
        error instanceof Error
          ? connectionTrouble(error, new URL(address), { file: remote.file.path })
          : undefined;
      if (trouble?.transient !== true) throw trouble ?? error;
      failures = attempt.progressed ? 1 : failures + 1;
      await pauseAfter(session, trouble, failures);
    } finally {
      body.destroy();
    }
  }
}
