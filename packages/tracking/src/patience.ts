import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@swanlab/sdk-http';

/** Time as it is. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(milliseconds, { signal, background = false } = {}) {
    await wait(milliseconds, undefined, { ref: !background, ...(signal && { signal }) }).catch(
      () => undefined,
    );
  },
  deadline: (milliseconds) =>
    Number.isFinite(milliseconds) ? AbortSignal.timeout(milliseconds) : new AbortController().signal,
};

/** A clock that can be told that nobody waits any longer. */
export interface Patience {
  readonly clock: Clock;
  /** Ends every wait and every deadline, those under way and those to come: a client gives up whatever it tries. */
  end(): void;
  /** Waits and deadlines last again. */
  renew(): void;
}

/** Everything a client does over the network is bounded by its clock, so whoever holds the clock can stop it. */
export function createPatience(base: Clock): Patience {
  const waits = new Set<() => void>();
  let over = false;

  /** A signal that aborts with another one, or with the patience. */
  function ending(other: AbortSignal | undefined): { signal: AbortSignal; forget: () => void } {
    const controller = new AbortController();
    const end = (): void => {
      forget();
      controller.abort();
    };
    const forget = (): void => {
      waits.delete(end);
      other?.removeEventListener('abort', end);
    };
    if (over || other?.aborted === true) controller.abort();
    else {
      waits.add(end);
      other?.addEventListener('abort', end);
    }
    return { signal: controller.signal, forget };
  }

  return {
    clock: {
      now: () => base.now(),
      async sleep(milliseconds, { signal, ...options } = {}) {
        const either = ending(signal);
        await base.sleep(milliseconds, { ...options, signal: either.signal });
        either.forget();
        // Whoever tries again at once, and again, must let everybody else come to an end meanwhile.
        if (over) await new Promise(setImmediate);
      },
      deadline: (milliseconds, purpose) => ending(base.deadline(milliseconds, purpose)).signal,
    },
    end() {
      over = true;
      for (const end of [...waits]) end();
    },
    renew() {
      over = false;
    },
  };
}
