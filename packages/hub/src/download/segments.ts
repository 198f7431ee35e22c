import type { Clock } from '../clock.ts';
import { firstOf } from '../http/signals.ts';
import type { Permits } from './permits.ts';
import type { Remote } from './remote.ts';
import { beginSegment, type Reading, type Segment, segmentSize } from './segment.ts';

/** How many segments of one file may be on their way at once. */
const mostLanes = 6;

/**
 * Bytes a second from which on more connections for one file bring nothing: hashing and writing are then what takes
 * the time, and what waits in memory has left the processor's cache when its turn comes.
 */
const fastRate = 50_000_000;

/** What is asked for at once while the file comes fast. It is written as it comes, so it costs no memory. */
const longSegment = 16 * segmentSize;

/**
 * Yields a file's bytes from `start` on, in order, while later segments may already be on their way over connections
 * of their own. Their number doubles while the file comes slowly, and falls while it does not.
 */
export async function* readSegments(
  remote: Remote,
  start: number,
  reading: Reading & { readonly permits: Permits },
): AsyncGenerator<readonly Buffer[]> {
  const { permits, session, tally } = reading;
  const { size } = remote.file;
  const stop = new AbortController();
  const signal = firstOf(session.signal, stop.signal);
  const lanes = createLanes(session.clock);
  const ahead: Segment[] = [];
  let next = start;
  const begin = (length: number) => {
    const end = Math.min(next + length, size);
    ahead.push(beginSegment(remote, { start: next, end }, reading, signal));
    next = end;
  };
  const beginMore = () => {
    while (next < size && ahead.length < lanes.count() && permits.takeIdle()) begin(segmentSize);
  };
  try {
    for (;;) {
      // The first waits for its permit; the others take what nobody else needs.
      if (ahead.length === 0 && next < size) {
        await permits.take();
        begin(lanes.fast() ? longSegment : segmentSize);
      }
      beginMore();
      const [first] = ahead;
      if (first === undefined) return;
      for (;;) {
        const chunks = await first.take();
        if (chunks.length === 0) break;
        // Counted before they are given away.
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        yield chunks;
        if (lanes.passed(bytes)) beginMore();
      }
      if (first.trouble !== undefined) throw first.trouble;
      ahead.shift();
      permits.give();
    }
  } finally {
    stop.abort();
    for (const segment of ahead) {
      tally.found(-(await segment.ended));
      permits.give();
    }
  }
}

/** Decides anew with each segment's worth of bytes how many connections the file should have. */
function createLanes(clock: Clock) {
  let count = 1;
  let fast = false;
  let began = clock.now();
  let bytes = 0;
  return {
    count: () => count,
    fast: () => fast,
    /** Whether `count` may have changed with these bytes. */
    passed(more: number): boolean {
      bytes += more;
      if (bytes < segmentSize) return false;
      const now = clock.now();
      fast = bytes / fastRate >= (now - began) / 1000;
      count = fast ? Math.max(1, count - 1) : Math.min(mostLanes, count * 2);
      began = now;
      bytes = 0;
      return true;
    },
  };
}
