import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { comparisonReport } from '../kinds/comparison-report.ts';
import { loraAdapter } from '../kinds/lora-adapter.ts';

/** Lets an adapter pass, byte for byte, when the comparison it comes with holds what is asked; else the run ends. */
export const gate = defineStage(import.meta.url, {
  name: 'gate',
  inputs: { report: comparisonReport, adapter: loraAdapter },
  params: z.strictObject({
    /** @default { loss: {} } */
    metrics: z
      .record(
        z.string(),
        z.strictObject({
          /** @default 0 */
          tolerance: z
            .number()
            .nonnegative()
            .default(0)
            .describe('How much worse than the first evaluation it may be, in the units of the metric')
            .meta({ unit: 'of the metric' }),
          atMost: z
            .number()
            .optional()
            .describe('It may not be larger than this')
            .meta({ unit: 'of the metric' }),
          atLeast: z
            .number()
            .optional()
            .describe('It may not be smaller than this')
            .meta({ unit: 'of the metric' }),
        }),
      )
      .refine((metrics) => Object.keys(metrics).length > 0, { error: 'a gate watches at least one metric' })
      .default({ loss: { tolerance: 0 } })
      .describe('What is held against the first evaluation, by the name the report gives it'),
    /** @default 'value' */
    judge: z
      .enum(['value', 'interval'])
      .default('value')
      .describe('`interval` calls a metric worse only when its whole 95 % interval is; few rows say little'),
  }),
  outputs: { adapter: loraAdapter },
  runs: host('./run.ts'),
});
