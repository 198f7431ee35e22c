import { recordDigest, type Fingerprint } from './digest.ts';
import type { Ingredients } from './ingredients.ts';

/** Raised when the encoding of an {@link Ingredients} changes; every step is a different one after that. */
export const fingerprintFormat = 1;

/**
 * The identity of a step. Throws a `CanonicalError` with the path of the param that is not JSON.
 *
 * The fields are named one by one, so that a new one cannot slip in or stay out unseen.
 */
export function fingerprint(ingredients: Ingredients): Fingerprint {
  const { stage, code, kinds, environment, params, inputs, externals } = ingredients;
  const counted = { version: stage.version, code, kinds, environment, params, inputs, externals };
  return recordDigest('temper.step', fingerprintFormat, counted) as string as Fingerprint;
}
