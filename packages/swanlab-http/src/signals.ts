import { setMaxListeners } from 'node:events';

/**
 * A signal that aborts with the first of `sources`, until it is unlinked. `AbortSignal.any` would leave a trace in its sources
 * for every request, and the signal of a run lives as long as a training.
 */
export function linkSignals(...sources: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  unlink(): void;
} {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (sources.some((source) => source.aborted)) abort();
  // A run has many requests under way at once; from the eleventh on Node would print that something leaks.
  setMaxListeners(0, ...sources);
  for (const source of sources) source.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    unlink() {
      for (const source of sources) source.removeEventListener('abort', abort);
    },
  };
}
