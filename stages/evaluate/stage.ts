import { anyOf, defineStage, optional, python } from '@temper/pipeline';
import { trl } from '@temper/trl-backend';
import { z } from 'zod';
import { evaluation } from '../kinds/evaluation.ts';
import { loraAdapter } from '../kinds/lora-adapter.ts';
import { mergedModel } from '../kinds/merged-model.ts';
import { modelWeights } from '../kinds/model-weights.ts';
import { testSplit } from '../kinds/test-split.ts';
import { testTokens } from '../kinds/test-tokens.ts';
import { countTokens } from '../kinds/token-count.ts';
import { tokenizer } from '../kinds/tokenizer.ts';

/** Measures a model, or a model with an adapter, on held-out rows. */
export const evaluate = defineStage(import.meta.url, {
  name: 'evaluate',
  inputs: {
    weights: anyOf(modelWeights, mergedModel),
    adapter: optional(loraAdapter),
    tokenizer,
    test: testSplit,
    tokens: testTokens,
  },
  params: z.strictObject({
    batchSize: z
      .number()
      .int()
      .positive()
      .default(4)
      .describe('Rows at once; does not move any metric')
      .meta({ unit: 'rows' }),
    precision: z
      .enum(['stored', 'bf16', 'fp16', 'fp32'])
      .default('stored')
      .describe('Numbers that are computed in; `stored` takes those of the weights'),
    generate: z
      .strictObject({
        rows: z
          .number()
          .int()
          .nonnegative()
          .default(32)
          .describe('Test rows that are answered')
          .meta({ unit: 'rows' }),
        prompts: z.array(z.string().min(1)).default([]).describe('Fixed prompts that are answered besides'),
        maxNewTokens: z
          .number()
          .int()
          .positive()
          .default(128)
          .describe('Tokens an answer may have')
          .meta({ unit: 'tokens' }),
      })
      .prefault({}),
    intervals: z
      .strictObject({
        resamples: z
          .number()
          .int()
          .positive()
          .default(1000)
          .describe('Bootstrap samples behind each interval')
          .meta({ unit: 'samples' }),
        seed: z.number().int().nonnegative().default(42).describe('Seed of the bootstrap'),
      })
      .prefault({}),
  }),
  outputs: { evaluation },
  runs: python('./run.py', { environment: trl, gpus: 1 }),
  work: {
    on: ['weights'],
    measure({ batchSize, precision, generate }, { tokens }) {
      if (tokens === undefined) return undefined;
      const { tokens: amount } = countTokens(tokens);
      return { unit: 'tokens', amount, pace: { batchSize, precision, generate } };
    },
  },
});
