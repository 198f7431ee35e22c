import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';
import { parities } from '../kinds/parities.ts';

/** Whether each number is odd: many inputs have the same output. */
export const parity = defineStage(import.meta.url, {
  name: 'parity',
  inputs: { numbers },
  params: z.strictObject({}),
  outputs: { parities },
  runs: host('./run.ts'),
});
