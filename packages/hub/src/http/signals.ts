import { setMaxListeners } from 'node:events';

/**
 * A signal that is aborted with the first of `signals`. Each request and each pause of a download listens to it, as
 * many as there are connections, which Node would take for a leak.
 */
export function firstOf(...signals: readonly AbortSignal[]): AbortSignal {
  const first = AbortSignal.any([...signals]);
  setMaxListeners(0, first);
  return first;
}
