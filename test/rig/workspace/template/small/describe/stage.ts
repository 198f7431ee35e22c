import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { parities } from '../kinds/parities.ts';
import { text } from '../kinds/text.ts';

/** Says how many numbers are odd. */
export const describe = defineStage(import.meta.url, {
  name: 'describe',
  inputs: { parities },
  params: z.strictObject({}),
  outputs: { text },
  runs: host('./run.ts'),
});
