import { recordDigest, type Digest, type Fingerprint } from './digest.ts';
import type { Ingredients, Json } from './ingredients.ts';

/** Raised when the encoding of an {@link Ingredients} changes; every step is a different one after that. */
export const fingerprintFormat = 1;

/**
 * The identity of a step. Throws a `CanonicalError` with the path of the param that is not JSON.
 *
 * The fields are named one by one, so that a new one cannot slip in or stay out unseen.
 */
export function fingerprint(ingredients: Ingredients): Fingerprint {
  return recordDigest('temper.step', fingerprintFormat, counted(ingredients)) as string as Fingerprint;
}

/**
 * What a step has in common with a longer or shorter one: its identity, with the params that are left when its length
 * is taken out.
 */
export function continuationKey(ingredients: Ingredients, params: Json): Digest {
  return recordDigest('temper.continuation', 1, counted({ ...ingredients, params }));
}

function counted(ingredients: Ingredients): object {
  const { stage, code, kinds, environment, params, inputs, externals } = ingredients;
  return { version: stage.version, code, kinds, environment, params, inputs, externals };
}
