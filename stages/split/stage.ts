import { defineStage, host, optional } from '@temper/pipeline';
import { z } from 'zod';
import { chatDataset } from '../kinds/chat-dataset.ts';
import { testSplit } from '../kinds/test-split.ts';
import { trainSplit } from '../kinds/train-split.ts';

/** Parts conversations into a train and a test half that share no prompt, and stay parted when rows are added. */
export const split = defineStage(import.meta.url, {
  name: 'split',
  inputs: {
    dataset: chatDataset,
    /** Rows held out by hand. They become the test half, and rows that are like them are left out of training. */
    heldOut: optional(chatDataset),
  },
  params: z.strictObject({
    /** @default 0.05 */
    test: z
      .number()
      .positive()
      .refine(
        (part) => part < 1 || Number.isInteger(part),
        'takes a fraction below 1, or a whole number of rows',
      )
      .default(0.05)
      .describe('The held-out part: a fraction below 1, or a number of rows from 1; unused with `heldOut`')
      .meta({ unit: 'rows or share' }),
    /** @default 42 */
    seed: z.number().int().nonnegative().default(42).describe('Chooses another part'),
    /** @default 'none' */
    stratify: z
      .enum(['none', 'tool', 'turns', 'length'])
      .default('none')
      .describe(
        'Holds out the same share of each function called, of one and several turns, or of each length',
      ),
    /** @default 'drop' */
    duplicates: z
      .enum(['drop', 'keep', 'drop-similar'])
      .default('drop')
      .describe(
        'Rows that repeat prompt and answer: `drop` or `keep` them; `drop-similar` keeps one row of each group of similar prompts',
      ),
    /** @default 0.8 */
    nearDuplicates: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .default(0.8)
      .describe(
        'Prompts at least this similar (Jaccard over character 3-grams) go to one side; null compares none',
      )
      .meta({ unit: 'similarity' }),
  }),
  outputs: { train: trainSplit, test: testSplit },
  runs: host('./run.ts'),
});
