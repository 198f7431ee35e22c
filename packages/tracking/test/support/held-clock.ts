import type { Clock } from '@swanlab/sdk-http';

interface Wait {
  readonly at: number;
  readonly end: () => void;
}

/** A clock that stands still until a test moves it: no wait is over and no deadline is past before. */
export class HeldClock implements Clock {
  #now = Date.parse('2026-03-01T00:00:00Z');
  #waits: Wait[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waits.push({ at: this.#now + milliseconds, end: resolve });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  deadline(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.#waits.push({ at: this.#now + milliseconds, end: () => controller.abort() });
    return controller.signal;
  }

  /** Moves time on; what waits until then is over. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const over = this.#waits.filter(({ at }) => at <= this.#now);
    this.#waits = this.#waits.filter(({ at }) => at > this.#now);
    for (const { end } of over) end();
  }
}
