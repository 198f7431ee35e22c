/** Time as the client sees it, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds since 1970, with fractions down to the microsecond. */
  now(): number;
  /** Resolves after `milliseconds`, or as soon as `signal` aborts; it never rejects. */
  sleep(milliseconds: number, options?: { signal?: AbortSignal; background?: boolean }): Promise<void>;
  /** A signal that aborts after `milliseconds`. `request` bounds one exchange, `finish` the end of a run. */
  deadline(milliseconds: number, purpose: 'request' | 'finish'): AbortSignal;
}

const drift = { correction: 0 };

/** Wall time to the microsecond: the monotonic clock, set right whenever the wall clock was adjusted by over a second. */
function wallClock(): number {
  const monotonic = performance.timeOrigin + performance.now();
  const wall = Date.now();
  if (Math.abs(wall - monotonic - drift.correction) > 1000) drift.correction = wall - monotonic;
  return monotonic + drift.correction;
}

export const systemClock: Clock = {
  now: wallClock,
  sleep(milliseconds, { signal, background = false } = {}) {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // Node takes delays up to 2^31 - 1 ms; anything longer would fire at once.
      const timer = setTimeout(done, Math.min(milliseconds, 2 ** 31 - 1));
      if (background) timer.unref();
      signal?.addEventListener('abort', done, { once: true });
    });
  },
  deadline(milliseconds) {
    if (!Number.isFinite(milliseconds)) return new AbortController().signal;
    return AbortSignal.timeout(Math.min(Math.max(0, milliseconds), 2 ** 31 - 1));
  },
};
