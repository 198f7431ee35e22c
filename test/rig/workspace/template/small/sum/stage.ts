import { defineStage, host, many } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';
import { text } from '../kinds/text.ts';

/** The sum of all numbers. */
export const sum = defineStage(import.meta.url, {
  name: 'sum',
  inputs: { numbers: many(numbers) },
  params: z.strictObject({}),
  outputs: { text },
  runs: host('./run.ts'),
});
