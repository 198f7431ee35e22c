import { defineStage, python } from '@temper/pipeline';
import { trl } from '@temper/trl-backend';
import { z } from 'zod';
import { testSplit } from '../kinds/test-split.ts';
import { testTokens } from '../kinds/test-tokens.ts';
import { tokenSummary } from '../kinds/token-summary.ts';
import { tokenizer } from '../kinds/tokenizer.ts';
import { trainSplit } from '../kinds/train-split.ts';
import { trainTokens } from '../kinds/train-tokens.ts';

/** Chats as token ids in the model's own words, with labels that say which of them are learned. */
export const tokenize = defineStage(import.meta.url, {
  name: 'tokenize',
  inputs: { tokenizer, train: trainSplit, test: testSplit },
  params: z.strictObject({
    /** @default 1024 */
    maxLength: z
      .int()
      .min(8)
      .default(1024)
      .describe('Tokens of a row; what is longer is cut at the end, and counted')
      .meta({ unit: 'tokens' }),
    /** @default 'auto' */
    trainingTemplate: z
      .enum(['auto', 'glm4', 'chatml'])
      .default('auto')
      .describe(
        "The twin of the tokenizer's chat template that marks the answers; `auto` proves which one fits",
      ),
    /** @default 0.01 */
    maxDropped: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe(
        'The share of rows of each split that may have no answer within `maxLength` before the step fails',
      )
      .meta({ unit: 'share' }),
  }),
  outputs: { trainTokens, testTokens, summary: tokenSummary },
  runs: python('./run.py', {
    environment: trl,
    files: ['./templates/glm4.jinja', './templates/chatml.jinja'],
  }),
});
