import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** Passes numbers on when the test says so: `<hand>/<name>.order` holds what the job is to do. */
export const hold = defineStage(import.meta.url, {
  name: 'hold',
  inputs: { numbers },
  params: z.strictObject({ hand: z.string(), name: z.string() }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
