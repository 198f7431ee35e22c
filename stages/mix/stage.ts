import { defineStage, host, many } from '@temper/pipeline';
import { z } from 'zod';
import { chatDataset } from '../kinds/chat-dataset.ts';

/** Joins datasets in the proportions or counts that were asked for; without either, whole. */
export const mix = defineStage(import.meta.url, {
  name: 'mix',
  inputs: { datasets: many(chatDataset) },
  params: z
    .strictObject({
      /** @example [1000, 1000] */
      counts: z
        .array(z.number().int().nonnegative())
        .min(1)
        .optional()
        .describe('Rows taken of each dataset, in the order of `datasets`')
        .meta({ unit: 'rows' }),
      /** @example [0.7, 0.3] */
      proportions: z
        .array(z.number().positive())
        .min(1)
        .optional()
        .describe('Shares of the datasets, in their order, as any numbers; no row is repeated to reach them')
        .meta({ unit: 'share' }),
      /** @default as many as the proportions allow */
      rows: z
        .number()
        .int()
        .positive()
        .optional()
        .describe('Rows in all, with `proportions`')
        .meta({ unit: 'rows' }),
      /** @default 42 */
      seed: z.number().int().nonnegative().default(42).describe('Chooses other rows and another order'),
    })
    .refine(({ counts, proportions }) => counts === undefined || proportions === undefined, {
      error: 'give `counts` or `proportions`, not both',
      path: ['proportions'],
    })
    .refine(({ rows, proportions }) => rows === undefined || proportions !== undefined, {
      error: '`rows` goes with `proportions`; `counts` has a number for each dataset',
      path: ['rows'],
    }),
  outputs: { dataset: chatDataset },
  runs: host('./run.ts'),
});
