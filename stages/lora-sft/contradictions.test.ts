import { misfit } from '@temper/pipeline';
import { expect, it } from 'vitest';
import { loraSft } from './stage.ts';

/** What is said of params, as the command says it behind the name of the step. */
function refusals(params: object): readonly string[] {
  const { error } = loraSft.definition.params.safeParse(params);
  return (error?.issues ?? []).map((issue) => {
    const { field, reason } = misfit(issue, params);
    return `${field} ${reason}`;
  });
}

it.each([
  [
    'packing without FlashAttention',
    { training: { packing: { length: 128 }, groupByLength: true } },
    "training.packing needs `training.attention: 'flash-attention-2'`: with other attention the rows packed together see each other",
  ],
  [
    'a warm-up that the trainer would ignore',
    { training: { schedule: 'constant', warmup: 10 } },
    'training.warmup takes 0 where `training.schedule` is `constant` (`constant-with-warmup` has a warm-up), not 10',
  ],
  [
    'restarts that would be none',
    { training: { schedule: 'cosine-with-restarts' } },
    'training.schedule takes `cosine` where `training.restarts` is 0: without a restart they are the same, not "cosine-with-restarts"',
  ],
  [
    'restarts of a schedule that has none',
    { training: { schedule: 'cosine', restarts: 2 } },
    'training.restarts takes 0 where `training.schedule` is not `cosine-with-restarts`: no other schedule restarts, not 2',
  ],
  [
    'early stopping without evaluations',
    { evaluation: { every: 'never', earlyStopping: {} } },
    'evaluation.earlyStopping needs evaluations on the way, and `evaluation.every` is `never`',
  ],
  [
    'the best of one',
    { evaluation: { every: 'never' }, checkpoints: { select: 'best' } },
    'checkpoints.select takes `last` where `evaluation.every` is `never`: no other checkpoint has a held-out loss, not "best"',
  ],
  [
    'ZeRO-2 alone',
    { launch: { strategy: 'zero2' } },
    'launch.strategy takes `ddp` where `launch.processes` is 1: ZeRO-2 shares the optimizer among processes, not "zero2"',
  ],
  [
    'a part of a step',
    { evaluation: { every: 2.5 }, checkpoints: { every: 1.5 }, training: { warmup: 7.5 } },
    'training.warmup takes a fraction below 1, or a whole number of steps, not 7.5',
    'evaluation.every takes a fraction below 1, or a whole number of steps, not 2.5',
    'checkpoints.every takes a fraction below 1, or a whole number of steps, not 1.5',
  ],
  [
    'numbers that torch or numpy refuse, and a dropout that leaves nothing',
    {
      lora: { dropout: 1 },
      training: { adam: { beta1: 1, beta2: 1 }, seed: 2 ** 32, dataSeed: 2 ** 32 },
    },
    'lora.dropout takes less than 1, not 1',
    'training.adam.beta1 takes less than 1, not 1',
    'training.adam.beta2 takes less than 1, not 1',
    'training.seed takes at most 4294967295, not 4294967296',
    'training.dataSeed takes at most 4294967295, not 4294967296',
  ],
])('%s is refused while planning', (_, params, ...messages) => {
  expect(refusals(params)).toEqual(messages);
});

it('what goes together is taken', () => {
  expect(
    refusals({
      training: {
        packing: { length: 128 },
        attention: 'flash-attention-2',
        schedule: 'constant-with-warmup',
        warmup: 10,
      },
      evaluation: { every: 4, earlyStopping: {} },
      checkpoints: { every: 0.25, select: 'best' },
      launch: { strategy: 'zero2', processes: 2 },
    }),
  ).toEqual([]);
});
