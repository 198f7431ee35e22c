/** `checkpoints.json`, as far as choosing reads it. */
export interface CheckpointList {
  readonly checkpoints: readonly Checkpoint[];
  /** What the training noted at each step. */
  readonly log: readonly { readonly step: number; readonly [metric: string]: unknown }[];
}

export interface Checkpoint {
  readonly step: number;
  readonly folder: string;
  /** null where no evaluation stood at this step. */
  readonly evalLoss: number | null;
}

/** How a checkpoint is chosen. */
export type By =
  | { readonly by: 'eval loss' }
  | { readonly by: 'metric'; readonly metric: Metric }
  | { readonly by: 'step'; readonly step: number };

export type Metric = keyof typeof better;

/** What a training notes of a step that can tell a better checkpoint, and which way is better. */
const better = { evalLoss: 'lower', evalTokenAccuracy: 'higher', loss: 'lower' } as const;

/** The checkpoint that is asked for, or a sentence why there is none. Of equally good ones the earlier. */
export function choose({ checkpoints, log }: CheckpointList, by: By): Checkpoint | string {
  if (by.by === 'step') {
    return (
      checkpoints.find(({ step }) => step === by.step) ?? `there is no checkpoint at step ${String(by.step)}`
    );
  }
  const metric = by.by === 'metric' ? by.metric : 'evalLoss';
  const sign = better[metric] === 'lower' ? 1 : -1;
  let best: { readonly checkpoint: Checkpoint; readonly cost: number } | undefined;
  for (const checkpoint of checkpoints) {
    const value =
      metric === 'evalLoss'
        ? checkpoint.evalLoss
        : log.find((entry) => entry.step === checkpoint.step && metric in entry)?.[metric];
    if (typeof value !== 'number') continue;
    if (best === undefined || sign * value < best.cost) best = { checkpoint, cost: sign * value };
  }
  return (
    best?.checkpoint ??
    (metric === 'evalLoss'
      ? 'no checkpoint has an evaluation loss'
      : `no checkpoint has a value of ${metric}`)
  );
}
