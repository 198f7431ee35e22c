import { describe, expect, it } from 'vitest';
import { continuation, type ContinuingParams } from './continuing.ts';
import { loraSft } from './stage.ts';

const params = (changes: {
  training?: object;
  evaluation?: object;
  checkpoints?: object;
}): ContinuingParams =>
  loraSft.definition.params.parse({
    training: { schedule: 'constant', duration: { epochs: 3 }, ...changes.training },
    evaluation: { every: 10, ...changes.evaluation },
    checkpoints: { every: 20, ...changes.checkpoints },
  }) as ContinuingParams;
const refusal = (changes: Parameters<typeof params>[0], inputs = ['train', 'test']) =>
  continuation(params(changes), inputs).refusal;

describe('a training', () => {
  it('is as long as its duration, in epochs or in steps', () => {
    expect(continuation(params({}), []).length).toEqual({ unit: 'epochs', value: 3 });
    const steps = params({ training: { duration: { steps: 120 } } });
    expect(continuation(steps, []).length).toEqual({ unit: 'steps', value: 120 });
  });

  it('is the same but for its length when all else is the same', () => {
    const five = params({ training: { duration: { epochs: 5 } } });
    expect(continuation(five, []).params).toEqual(continuation(params({}), []).params);
    const other = params({ training: { seed: 7 } });
    expect(continuation(other, []).params).not.toEqual(continuation(params({}), []).params);
  });

  it.each([
    ['constant', 0],
    ['constant-with-warmup', 5],
    ['inverse-sqrt', 5],
  ])('goes on with a %s schedule', (schedule, warmup) => {
    expect(refusal({ training: { schedule, warmup } })).toBeUndefined();
  });

  it.each([
    ['linear', 0],
    ['cosine', 0],
    ['cosine-with-restarts', 2],
    ['polynomial', 0],
  ])('does not go on with a %s schedule, which looks at the last step', (schedule, restarts) => {
    expect(refusal({ training: { schedule, restarts } })).toContain(
      `a \`${schedule}\` schedule depends on the last step`,
    );
  });

  it.each([
    ['training.warmup: 0.1', { training: { schedule: 'constant-with-warmup', warmup: 0.1 } }],
    ['checkpoints.every: 0.1', { checkpoints: { every: 0.1 } }],
    ['evaluation.every: 0.5', { evaluation: { every: 0.5 } }],
    ['evaluation.earlyStopping', { evaluation: { earlyStopping: {} } }],
  ])('does not go on with %s, which looks at the last step', (words, changes) => {
    expect(refusal(changes)).toContain(words);
  });

  it('says everything that is in the way at once, and what to set', () => {
    expect(
      refusal({
        training: { schedule: 'constant-with-warmup', warmup: 0.1 },
        evaluation: { every: 0.1 },
        checkpoints: { every: 0.1 },
      }),
    ).toBe(
      '`training.warmup: 0.1` is a part of the whole training; give it in steps; ' +
        '`checkpoints.every: 0.1` and `evaluation.every: 0.1` are parts of the whole training, so other steps are kept; ' +
        'give them in steps, such as `checkpoints.every: 100`',
    );
    expect(refusal({ training: { schedule: 'linear' }, checkpoints: { every: 0.2 } })).toMatch(
      /^the learning rate of a `linear` schedule .*; `checkpoints.every: 0.2` is a part of the whole training/,
    );
  });

  it('minds the evaluations only where there are any', () => {
    expect(refusal({ evaluation: { every: 0.5 } }, ['train'])).toBeUndefined();
    expect(refusal({ evaluation: { every: 'never' } })).toBeUndefined();
  });
});
