import { canonical, type Digest } from '@temper/fingerprint';
import type { ArtifactSizes, WorkAmount } from '@temper/pipeline';
import type { PlannedStep } from '@temper/plan';
import type { Manifest, Store, StoredOutput } from '@temper/store';
import type { Estimate, StepWork } from './result.ts';

/** What was done before, and the artifacts that it was done with. */
export interface History {
  readonly byStage: ReadonlyMap<string, readonly Manifest[]>;
  readonly artifacts: ReadonlyMap<Digest, StoredOutput>;
}

/** Reads every manifest of the store, oldest first. */
export async function readHistory(store: Store): Promise<History> {
  const byStage = new Map<string, Manifest[]>();
  const artifacts = new Map<Digest, StoredOutput>();
  for await (const { manifest } of store.all()) {
    const { name } = manifest.ingredients.stage;
    byStage.set(name, [...(byStage.get(name) ?? []), manifest]);
    for (const output of Object.values(manifest.outputs)) artifacts.set(output.digest, output);
  }
  return { byStage, artifacts };
}

/**
 * Tells the time of a step from an earlier execution of the same stage on the same model, scaled by the work there is.
 *
 * @param inputs Digests by input name, as far as they are known.
 * @param before The shorter execution that it goes on from; what that one did need not be done again.
 */
export function estimateFrom(
  step: PlannedStep,
  inputs: Manifest['ingredients']['inputs'],
  before: Manifest | undefined,
  { byStage, artifacts }: History,
): { readonly work?: StepWork; readonly estimate?: Estimate } {
  const { work, name } = step.definition;
  if (work === undefined) return {};
  const measure = (params: unknown, given: typeof inputs): WorkAmount | undefined => {
    const sizes = Object.entries(given).map(([input, [digest]]) => [
      input,
      digest === undefined ? undefined : artifacts.get(digest),
    ]);
    return work.measure(params as never, Object.fromEntries(sizes) as Record<string, ArtifactSizes>);
  };

  const whole = measure(step.params, inputs);
  if (whole === undefined) return {};
  const done =
    before === undefined ? undefined : measure(before.ingredients.params, before.ingredients.inputs);
  const amount = whole.amount - (done?.amount ?? 0);
  const { unit, steps, rowsPerStep } = whole;
  const told = { work: { unit, amount: whole.amount, steps, rowsPerStep } };

  let best: Comparable | undefined;
  for (const manifest of byStage.get(name) ?? []) {
    const { ingredients, made } = manifest;
    // What goes on from a checkpoint tells only the time since then.
    if (made.resumedFrom !== null) continue;
    if (!work.on.every((input) => String(ingredients.inputs[input]) === String(inputs[input]))) continue;
    const then = measure(ingredients.params, ingredients.inputs);
    if (then?.unit !== whole.unit || then.amount === 0) continue;
    const candidate: Comparable = {
      manifest,
      then: then.amount,
      // By text: one of them comes from a pipeline file, which has objects of its own realm.
      sameSettings: canonical(then.pace) === canonical(whole.pace),
      // What starting costs makes little of a long execution and most of a short one.
      distance: Math.abs(Math.log(then.amount / Math.max(amount, 1))),
    };
    if (best === undefined || !isMoreAlike(best, candidate)) best = candidate;
  }
  if (best === undefined) return told;
  const { made } = best.manifest;
  const seconds = (made.seconds * amount) / best.then;
  const gpus = step.needs.gpus ?? (step.implementation.type === 'python' ? step.implementation.gpus : 0);
  const estimate: Estimate = {
    seconds,
    gpuHours: made.device === 'cuda' ? (seconds * Math.max(gpus, 1)) / 3600 : null,
    basis: {
      run: made.run,
      pipeline: made.pipeline,
      seconds: made.seconds,
      work: { unit, then: best.then, now: amount },
      sameSettings: best.sameSettings,
    },
  };
  return { ...told, estimate };
}

interface Comparable {
  readonly manifest: Manifest;
  readonly then: number;
  readonly sameSettings: boolean;
  readonly distance: number;
}

function isMoreAlike(one: Comparable, other: Comparable): boolean {
  if (one.sameSettings !== other.sameSettings) return one.sameSettings;
  return one.distance < other.distance;
}
