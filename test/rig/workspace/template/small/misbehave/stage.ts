import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** Fails in the way it is asked to. */
export const misbehave = defineStage(import.meta.url, {
  name: 'misbehave',
  inputs: { numbers },
  params: z.strictObject({
    how: z
      .enum([
        'behave',
        'bad-row',
        'binary',
        'device',
        'elsewhere',
        'exit',
        'forget',
        'hang',
        'kill',
        'link',
        'much',
        'newline',
        'nothing',
        'pipe',
        'refuse',
        'throw',
        'throw-text',
        'undeclared',
        'write-input',
      ])
      .default('behave'),
  }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
