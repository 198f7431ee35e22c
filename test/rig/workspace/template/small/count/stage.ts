import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** The numbers from one to another. */
export const count = defineStage(import.meta.url, {
  name: 'count',
  params: z.strictObject({
    from: z.number().int().default(1),
    to: z.number().int().default(4),
    order: z.enum(['up', 'down']).default('up'),
  }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
