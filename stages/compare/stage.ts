import { defineStage, host, many } from '@temper/pipeline';
import { z } from 'zod';
import { comparisonReport } from '../kinds/comparison-report.ts';
import { evaluation } from '../kinds/evaluation.ts';

/** Puts evaluations of the same rows side by side, the first one as the base. */
export const compare = defineStage(import.meta.url, {
  name: 'compare',
  inputs: { evaluations: many(evaluation) },
  params: z.strictObject({
    resamples: z
      .number()
      .int()
      .positive()
      .default(2000)
      .describe('Bootstrap samples behind each interval')
      .meta({ unit: 'samples' }),
    seed: z.number().int().nonnegative().default(42).describe('Seed of the bootstrap'),
    samples: z
      .number()
      .int()
      .nonnegative()
      .default(20)
      .describe('Answers shown side by side')
      .meta({ unit: 'answers' }),
  }),
  outputs: { report: comparisonReport },
  runs: host('./run.ts'),
});
