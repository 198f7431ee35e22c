import { setTimeout as pause } from 'node:timers/promises';

/** Time as the downloads see it. Tests hand in one whose hours pass at once. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Resolves after `milliseconds`, or at once when `signal` is aborted. It never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};
