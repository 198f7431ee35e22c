import type { Continuation } from '@temper/pipeline';

/** The params that decide whether a longer training is a shorter one gone on with. */
export interface ContinuingParams {
  readonly training: {
    readonly duration: { readonly epochs: number } | { readonly steps: number };
    readonly schedule: string;
    readonly warmup: number;
  };
  readonly evaluation: { readonly every: number | 'never'; readonly earlyStopping: object | null };
  readonly checkpoints: { readonly every: number | 'never' };
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

/** Everything that is in the way at once: who mends one of them wants to hear of the others now. */
function refusal(
  { training, evaluation, checkpoints }: ContinuingParams,
  evaluates: boolean,
): string | undefined {
  const { schedule, warmup } = training;
  const reasons: string[] = [];
  if (!horizonFree.includes(schedule))
    reasons.push(
      `the learning rate of a \`${schedule}\` schedule depends on the last step, so the first steps differ, too (\`training.schedule: constant\` or \`inverse-sqrt\` does not; \`continueFrom\` goes on all the same, as a training of its own)`,
    );
  if (isFraction(warmup))
    reasons.push(`\`training.warmup: ${String(warmup)}\` is a part of the whole training; give it in steps`);
  if (evaluates && evaluation.earlyStopping !== null)
    reasons.push('with `evaluation.earlyStopping` its length is not what was asked for; set it to null');
  const fractions = [
    ...(isFraction(checkpoints.every) ? [{ param: 'checkpoints.every', value: checkpoints.every }] : []),
    ...(evaluates && isFraction(evaluation.every)
      ? [{ param: 'evaluation.every', value: evaluation.every }]
      : []),
  ];
  if (fractions.length > 0) {
    const named = fractions.map(({ param, value }) => `\`${param}: ${String(value)}\``).join(' and ');
    const [is, it] =
      fractions.length === 1 ? (['is a part', 'it'] as const) : (['are parts', 'them'] as const);
    reasons.push(
      `${named} ${is} of the whole training, so other steps are kept; give ${it} in steps, such as \`${fractions[0]?.param ?? ''}: 100\``,
    );
  }
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

function isFraction(value: number | 'never'): value is number {
  return value !== 'never' && value > 0 && value < 1;
}
