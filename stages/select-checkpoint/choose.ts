/** `checkpoints.json`, as far as choosing reads it. */
export interface CheckpointList {
  readonly checkpoints: readonly Checkpoint[];
}

export interface Checkpoint {
  readonly step: number;
  readonly folder: string;
  /** null where no evaluation stood at this step. */
  readonly evalLoss: number | null;
}

/** The checkpoint that is asked for, or a sentence why there is none. Of equal losses the earlier one. */
export function choose(
  checkpoints: readonly Checkpoint[],
  by: { readonly by: 'eval loss' } | { readonly by: 'step'; readonly step: number },
): Checkpoint | string {
  if (by.by === 'step') {
    return (
      checkpoints.find(({ step }) => step === by.step) ?? `there is no checkpoint at step ${String(by.step)}`
    );
  }
  let best: (Checkpoint & { evalLoss: number }) | undefined;
  for (const checkpoint of checkpoints) {
    const { evalLoss } = checkpoint;
    if (evalLoss !== null && (best === undefined || evalLoss < best.evalLoss))
      best = { ...checkpoint, evalLoss };
  }
  return best ?? 'no checkpoint has an evaluation loss';
}
