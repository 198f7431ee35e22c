import { defineStage, python } from '@temper/pipeline';
import { trl } from '@temper/trl-backend';
import { z } from 'zod';
import { loraAdapter } from '../kinds/lora-adapter.ts';
import { mergedModel } from '../kinds/merged-model.ts';
import { modelWeights } from '../kinds/model-weights.ts';
import { tokenizer } from '../kinds/tokenizer.ts';

/** Merges an adapter into its base, tensor by tensor, and proves on a few prompts that nothing else changed. */
export const merge = defineStage(import.meta.url, {
  name: 'merge',
  inputs: { weights: modelWeights, adapter: loraAdapter, tokenizer },
  params: z.strictObject({
    verify: z
      .strictObject({
        prompts: z
          .array(z.string().min(1))
          .default(['你好', 'What is the capital of France?'])
          .describe('Prompts on which the logits are compared'),
        tolerance: z
          .number()
          .positive()
          .default(0.05)
          .describe('How far the logits may be apart at most, as a share of the largest logit')
          .meta({ unit: 'share' }),
      })
      .prefault({})
      .describe('The merged model is held against base and adapter kept apart'),
  }),
  outputs: { model: mergedModel },
  runs: python('./run.py', { environment: trl }),
});
