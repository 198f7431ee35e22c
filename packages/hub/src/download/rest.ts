import { bytesOf, type Piece } from './piece.ts';
import type { Remote } from './remote.ts';
import type { Reading } from './segment.ts';

/**
 * Small enough that what was received is still in the processor's cache when it is written and hashed, large enough
 * that telling the hashing thread of it costs nothing beside that.
 */
const slotSize = 1024 * 1024;

/** The one that was free last is filled first, so that most are used only while hashing lags behind. */
const slotCount = 4;

/** A slot that is so full counts as full: room for less is not worth a call to the kernel. */
const fullEnough = (slotSize * 3) / 4;

/**
 * Yields a file's bytes from `start` on over one connection, in memory that the hashing thread sees too, so that they
 * are neither copied nor handed over. It ends early, without a word, on any trouble, and when `keepsUp`, told of the
 * bytes as they come, says so: what has come by then is good, and the ordinary way goes on from there.
 */
export async function* readRest(
  remote: Remote,
  start: number,
  { tally }: Reading,
  signal: AbortSignal,
  keepsUp: (bytes: number) => boolean,
): AsyncGenerator<Piece> {
  const memory = new SharedArrayBuffer(slotSize * slotCount);
  const free = Array.from({ length: slotCount }, (_, at) => new Uint8Array(memory, at * slotSize, slotSize));
  const full: Uint8Array[] = [];
  let slot = takeFree();
  let filled = 0;
  // An object, because it changes behind the back of the loop below.
  const state = { over: false };
  let wake: () => void = () => undefined;

  function takeFree(): Uint8Array {
    const next = free.pop();
    if (next === undefined) throw new Error('there is no free memory for what comes next');
    return next;
  }
  const hand = () => {
    full.push(slot.subarray(0, filled));
    filled = 0;
    wake();
  };

  const straight = remote.openStraight(start, signal, {
    room: () => slot.subarray(filled),
    filled(count) {
      filled += count;
      tally.arrived(count);
      if (!keepsUp(count)) straight.stop();
      if (filled < fullEnough) return true;
      hand();
      slot = takeFree();
      // One slot is always ready, because the memory for the next bytes is named before they come.
      return free.length > 0;
    },
    end() {
      if (filled > 0) hand();
      state.over = true;
      wake();
    },
  });
  const release = (chunks: readonly Uint8Array[]) => {
    for (const { byteOffset } of chunks) free.push(new Uint8Array(memory, byteOffset, slotSize));
    straight.resume();
  };
  try {
    for (;;) {
      const chunks = full.splice(0);
      if (chunks.length > 0) yield { chunks, release: () => release(chunks) };
      else if (state.over) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    straight.stop();
    tally.found(-bytesOf(full));
  }
}
