import type { Continuation } from '@temper/pipeline';

/** The params that decide whether a longer training is a shorter one gone on with. */
export interface ContinuingParams {
  readonly training: {
    readonly duration: { readonly epochs: number } | { readonly steps: number };
    readonly schedule: string;
    readonly warmup: number;
  };
  readonly evaluation: { readonly every: number | null; readonly earlyStopping: object | null };
  readonly checkpoints: { readonly every: number | null };
}

const horizonFree = ['constant', 'constant-with-warmup', 'inverse-sqrt'];

/** A training is as long as its duration; all else counts, and some of it looks at the last step. */
export function continuation(params: ContinuingParams, inputs: readonly string[]): Continuation {
  const { duration, ...training } = params.training;
  return {
    length:
      'epochs' in duration
        ? { unit: 'epochs', value: duration.epochs }
        : { unit: 'steps', value: duration.steps },
    params: { ...params, training },
    refusal: refusal(params, inputs.includes('test')),
  };
}

function refusal(
  { training, evaluation, checkpoints }: ContinuingParams,
  evaluates: boolean,
): string | undefined {
  const { schedule, warmup } = training;
  if (!horizonFree.includes(schedule))
    return `the learning rate of a \`${schedule}\` schedule depends on the last step, so the first steps differ, too (\`continueFrom\` goes on all the same, as a training of its own)`;
  if (schedule !== 'constant' && isFraction(warmup))
    return `\`training.warmup: ${String(warmup)}\` is a part of the whole training; give it in steps`;
  if (evaluates && evaluation.earlyStopping !== null)
    return 'with `evaluation.earlyStopping` its length is not what was asked for';
  if (isFraction(checkpoints.every))
    return `\`checkpoints.every: ${String(checkpoints.every)}\` is a part of the whole training, so other steps are kept; give it in steps`;
  if (evaluates && isFraction(evaluation.every))
    return `\`evaluation.every: ${String(evaluation.every)}\` is a part of the whole training, so other steps are evaluated; give it in steps`;
  return undefined;
}

function isFraction(value: number | null): boolean {
  return value !== null && value > 0 && value < 1;
}
