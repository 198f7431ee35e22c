import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { checkpointSet } from '../kinds/checkpoint-set.ts';
import { loraAdapter } from '../kinds/lora-adapter.ts';

/** Takes one checkpoint's adapter out of a training: an earlier one, when the last has overfitted. */
export const selectCheckpoint = defineStage(import.meta.url, {
  name: 'select-checkpoint',
  inputs: { checkpoints: checkpointSet },
  params: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('eval loss').describe('The checkpoint with the lowest held-out loss') }),
    z.strictObject({
      by: z.literal('metric'),
      metric: z
        .enum(['evalLoss', 'evalTokenAccuracy', 'loss'])
        .describe('What the training noted at the step: held-out loss or accuracy, or the loss of its batch'),
    }),
    z.strictObject({
      by: z.literal('step'),
      step: z.number().int().positive().describe('The checkpoint of this optimizer step'),
    }),
  ]),
  outputs: { adapter: loraAdapter },
  runs: host('./run.ts'),
});
