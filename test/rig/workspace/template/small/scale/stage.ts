import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** Each number, so many times as large. */
export const scale = defineStage(import.meta.url, {
  name: 'scale',
  inputs: { numbers },
  params: z.strictObject({ factor: z.number().default(2) }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
