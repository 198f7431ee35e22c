/** Waits before the five retries of a call that somebody is waiting for: at once, then 1, 2, 4, 8 s. */
export const sessionWaits: readonly number[] = [0, 1000, 2000, 4000, 8000];

const laneWaits = [1000, 2000, 4000, 8000, 10_000];

/** Milliseconds before the next attempt of an upload that nobody waits for: 1 to 10 s, shaken by a fifth either way. */
export function laneWait(attempt: number, random: () => number = Math.random): number {
  const base = laneWaits[Math.min(attempt, laneWaits.length - 1)] as number;
  return Math.min(10_000, base * (0.8 + 0.4 * random()));
}
