import type { Clock } from '../clock.ts';
import { firstOf } from '../http/signals.ts';
import type { Permits } from './permits.ts';
import { bytesOf, type Piece } from './piece.ts';
import type { Remote } from './remote.ts';
import { readRest } from './rest.ts';
import { beginSegment, type Reading, type Segment, segmentSize } from './segment.ts';

/** How many segments of one file may be on their way at once. */
const mostLanes = 6;

/**
 * Bytes a second from which on more connections for one file bring nothing: hashing and writing are then what takes
 * the time, and so does every copy on the way.
 */
const fastRate = 50_000_000;

/** Enough to learn where a file's bytes lie and that parts of it can be had; too little to wait for. */
const probeSize = 64 * 1024;

/**
 * Yields a file's bytes from `start` on, in order, while later segments may already be on their way over connections
 * of their own. Their number doubles while the file comes slowly. While it comes fast, which is assumed until it shows,
 * all the rest is read straight into memory over one.
 */
export async function* readSegments(
  remote: Remote,
  start: number,
  reading: Reading & { readonly permits: Permits },
): AsyncGenerator<Piece> {
  const { permits, session, tally } = reading;
  const { size } = remote.file;
  const stop = new AbortController();
  const signal = firstOf(session.signal, stop.signal);
  const lanes = createLanes(session.clock);
  const ahead: Segment[] = [];
  let next = start;
  const begin = () => {
    const probes = next === start && size - start > 2 * segmentSize;
    const end = Math.min(next + (probes ? probeSize : segmentSize), size);
    ahead.push(beginSegment(remote, { start: next, end }, reading, signal));
    next = end;
  };
  const beginMore = () => {
    while (next < size && ahead.length < lanes.count() && permits.takeIdle()) begin();
  };
  /** How often in a row the rest was not to be had so. The second time, the server or what lies between is not made for it. */
  let fruitless = 0;
  const goesStraight = () =>
    fruitless < 2 && next > start && size - next > segmentSize && lanes.fast() && remote.mayGoStraight();

  async function* readOverOne(): AsyncGenerator<Piece> {
    const before = next;
    const pace = createPace(session.clock);
    for await (const piece of readRest(remote, next, reading, signal, pace.keepsUp)) {
      next += bytesOf(piece.chunks);
      yield piece;
    }
    fruitless = pace.isSlow() || next - before >= segmentSize ? 0 : fruitless + 1;
    lanes.restart();
  }

  try {
    for (;;) {
      // The first waits for its permit; the others take what nobody else needs.
      if (ahead.length === 0 && next < size) {
        await permits.take();
        if (goesStraight()) {
          try {
            yield* readOverOne();
          } finally {
            permits.give();
          }
          continue;
        }
        begin();
      }
      beginMore();
      const [first] = ahead;
      if (first === undefined) return;
      for (;;) {
        const chunks = await first.take();
        if (chunks.length === 0) break;
        // Counted before they are given away.
        const bytes = bytesOf(chunks);
        yield { chunks };
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
  let fast = true;
  let began = clock.now();
  let bytes = 0;
  return {
    count: () => count,
    fast: () => fast,
    /** Forgets what it knew, and takes the file for slow until it shows. */
    restart() {
      fast = false;
      began = clock.now();
      bytes = 0;
    },
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

/** The first is short, because that a connection is fast was only assumed when it was opened. */
const paceWindows = { first: 250, later: 2000 };

/**
 * Told of the bytes that are read straight, from the first on, finds out when so few come that more connections may
 * help.
 */
function createPace(clock: Clock) {
  let began: number | undefined;
  let bytes = 0;
  let window = paceWindows.first;
  let slow = false;
  return {
    isSlow: () => slow,
    keepsUp: (more: number): boolean => {
      const now = clock.now();
      began ??= now;
      bytes += more;
      const milliseconds = now - began;
      if (milliseconds < window) return true;
      slow = bytes / (milliseconds / 1000) < fastRate / 2;
      began = now;
      bytes = 0;
      window = paceWindows.later;
      return !slow;
    },
  };
}
