import type { Clock } from '../../src/clock.ts';

/**
 * A clock that never makes a test wait: a sleep of up to a minute passes at once and moves time on by its length, background
 * sleeps last until they are ended. What was slept is written down.
 */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  #now: number;
  readonly #deadlines: { at: number; purpose: string; controller: AbortController }[] = [];

  constructor(start = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return (this.#now += 0.001);
  }

  async sleep(
    milliseconds: number,
    { signal, background }: { signal?: AbortSignal; background?: boolean } = {},
  ): Promise<void> {
    if (signal?.aborted) return;
    if (background || milliseconds > 60_000) {
      await new Promise<void>((resolve) =>
        signal?.addEventListener('abort', () => resolve(), { once: true }),
      );
      return;
    }
    this.slept.push(milliseconds);
    this.advance(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves time on; the end of a run comes with it, the end of a request only by `expireRequests`. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const { at, purpose, controller } of this.#deadlines) {
      if (purpose === 'finish' && at <= this.#now) controller.abort();
    }
  }

  deadline(milliseconds: number, purpose: 'request' | 'finish'): AbortSignal {
    const controller = new AbortController();
    this.#deadlines.push({ at: this.#now + milliseconds, purpose, controller });
    return controller.signal;
  }

  /** Lets the time of every request that is under way run out. */
  expireRequests(): void {
    for (const { purpose, controller } of this.#deadlines) if (purpose === 'request') controller.abort();
  }
}
