/** From this long on a pause is a watch over a connection, which a test ends by hand. */
const hour = 3_600_000;

/**
 * A clock for tests of downloads. Pauses between tries pass at once and are written down; the watch over a silent
 * connection, set to `stallWindow`, lasts until `passWatch` is called.
 */
export function createTestClock() {
  let now = 0;
  const pauses: number[] = [];
  const watches = new Set<() => void>();
  return {
    pauses,
    /** How patient a download should be under this clock: no jitter, and watches that hold. */
    patience: { stallWindow: hour, jitter: () => 0 },
    now: () => now,
    sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
      if (milliseconds < hour) {
        now += milliseconds;
        pauses.push(milliseconds);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        watches.add(resolve);
        signal?.addEventListener('abort', () => {
          watches.delete(resolve);
          resolve();
        });
      });
    },
    /** Lets the watch over every open connection come to its end. */
    passWatch() {
      now += hour;
      const waiting = [...watches];
      watches.clear();
      for (const wake of waiting) wake();
    },
  };
}
