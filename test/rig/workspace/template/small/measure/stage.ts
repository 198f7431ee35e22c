import { defineStage, python } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';
import { text } from '../kinds/text.ts';
import { ruler } from './environment.ts';

/** The length of each number in Python, with a package of an environment. */
export const measure = defineStage(import.meta.url, {
  name: 'measure',
  inputs: { numbers },
  params: z.strictObject({}),
  outputs: { text },
  runs: python('./run.py', { environment: ruler }),
});
