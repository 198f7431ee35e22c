/** Leave to have one more segment in memory and on the wire; there is a fixed number for all files together. */
export interface Permits {
  /** Waits for a permit. */
  take(): Promise<void>;
  /** Whether there was a permit that nobody waits for; it is taken then. */
  takeIdle(): boolean;
  give(): void;
}

export function createPermits(count: number): Permits {
  const queue: (() => void)[] = [];
  let idle = count;

  const takeIdle = (): boolean => {
    if (idle === 0) return false;
    idle -= 1;
    return true;
  };
  return {
    takeIdle,
    take: () => (takeIdle() ? Promise.resolve() : new Promise((resolve) => queue.push(resolve))),
    give() {
      const next = queue.shift();
      if (next === undefined) idle += 1;
      else next();
    },
  };
}
