import { defineStage, host } from '@temper/pipeline';
import { chatDataset } from '@temper/stages';
import { z } from 'zod';

/** Leaves out conversations that are too long. */
export const keepShort = defineStage(import.meta.url, {
  name: 'keep-short',
  inputs: { dataset: chatDataset },
  params: z.strictObject({
    longest: z.number().int().positive().default(2000).describe('Characters that a conversation may have'),
  }),
  outputs: { dataset: chatDataset },
  runs: host('./run.ts'),
});
