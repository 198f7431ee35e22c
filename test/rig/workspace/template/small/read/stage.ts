import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** The numbers of a file of the workspace, one a line. */
export const read = defineStage(import.meta.url, {
  name: 'read',
  params: z.strictObject({ path: z.string() }),
  outputs: { numbers },
  runs: host('./run.ts'),
  pins: ({ path }) => [{ type: 'file', path }],
});
