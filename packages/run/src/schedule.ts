/** A graph of steps to be settled, each by its place in an order in which nothing comes before what it needs. */
export interface Schedule {
  /** For each step, those that it needs; the same one may stand there twice. */
  readonly needs: readonly (readonly number[])[];
  /** How many steps may be advanced at once, at least 1. */
  readonly jobs: number;
  /** Of the steps that want the GPU, one is advanced at a time. */
  readonly wantsGpu: (step: number) => boolean;
  /** Settles a step. Called once for each, after all that it needs are settled. */
  readonly advance: (step: number) => Promise<void>;
}

/**
 * Advances every step of a graph, as many at once as may be; of those that are ready, the earliest first.
 *
 * @throws what `advance` throws, after the steps that were then under way have ended.
 */
export async function runSchedule({ needs, jobs, wantsGpu, advance }: Schedule): Promise<void> {
  const missing = needs.map((of) => new Set(of).size);
  const readers = needs.map((): number[] => []);
  for (const [step, of] of needs.entries()) for (const needed of new Set(of)) readers[needed]?.push(step);

  // Kept in order, so that a step's place in the file decides between two that are ready.
  const ready = missing.flatMap((count, step) => (count === 0 ? [step] : []));
  const running = new Set<Promise<void>>();
  let gpuIsBusy = false;

  const startWhatMay = (): void => {
    for (let place = 0; place < ready.length && running.size < jobs;) {
      const step = ready[place] ?? 0;
      const gpu = wantsGpu(step);
      if (gpu && gpuIsBusy) {
        place += 1;
        continue;
      }
      ready.splice(place, 1);
      gpuIsBusy ||= gpu;
      const advancing = advance(step).then(() => {
        if (gpu) gpuIsBusy = false;
        for (const reader of readers[step] ?? []) {
          missing[reader] = (missing[reader] ?? 0) - 1;
          if (missing[reader] === 0) insertInOrder(ready, reader);
        }
      });
      const tracked = advancing.finally(() => running.delete(tracked));
      running.add(tracked);
    }
  };

  try {
    startWhatMay();
    while (running.size > 0) {
      await Promise.race(running);
      startWhatMay();
    }
  } finally {
    await Promise.allSettled(running);
  }
}

function insertInOrder(ready: number[], step: number): void {
  const place = ready.findIndex((other) => other > step);
  ready.splice(place === -1 ? ready.length : place, 0, step);
}
