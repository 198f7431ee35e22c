import { continuationKey, type Ingredients, type Json } from '@temper/fingerprint';
import type { Continuation } from '@temper/pipeline';
import type { PlannedStep } from '@temper/plan';
import type { Store, Stored } from '@temper/store';

/** What a step that must run can make of a shorter execution of itself. */
export interface Continuing {
  /** The result that it goes on from; undefined when there is one, but a longer execution is another from its beginning. */
  readonly from: Stored | undefined;
  /** For people: from what it goes on, or why it cannot. */
  readonly text: string;
}

/**
 * Looks for the longest execution of a step that is shorter than the one to come: same code, inputs and params but for
 * the length.
 */
export async function findContinuing(
  step: PlannedStep,
  ingredients: Ingredients,
  store: Store,
): Promise<Continuing | undefined> {
  const inputs = [...new Set(step.wires.map(({ input }) => input))];
  const lengthOf = (params: unknown): Continuation | undefined =>
    step.definition.continues?.(params as never, inputs);
  const wanted = lengthOf(step.params);
  if (wanted === undefined) return undefined;
  const key = continuationKey(ingredients, wanted.params as Json);
  let best: { readonly stored: Stored; readonly value: number } | undefined;
  for await (const stored of store.all({ mentioning: ingredients.code })) {
    const { ingredients: candidate } = stored.manifest;
    // Same code, so the params are those of this very stage.
    if (candidate.code !== ingredients.code) continue;
    const { length, params } = lengthOf(candidate.params) ?? wanted;
    if (length.unit !== wanted.length.unit || length.value >= wanted.length.value) continue;
    if (best !== undefined && length.value < best.value) continue;
    if (continuationKey(candidate, params as Json) === key) best = { stored, value: length.value };
  }
  if (best === undefined) return undefined;
  const what = `${wanted.length.unit} ${String(best.value)} (run ${best.stored.manifest.made.run})`;
  if (wanted.refusal !== undefined)
    return { from: undefined, text: `cannot go on from ${what}: ${wanted.refusal}` };
  // Now every byte of it is looked at; a result that was damaged is none.
  const from = await store.find(best.stored.manifest.fingerprint);
  return from === undefined ? undefined : { from, text: `goes on from ${what}` };
}
