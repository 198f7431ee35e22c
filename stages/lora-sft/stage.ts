import { byParams, defineStage, optional, python } from '@temper/pipeline';
import { trl, trlGpu } from '@temper/trl-backend';
import { z } from 'zod';
import { checkpointSet } from '../kinds/checkpoint-set.ts';
import { loraAdapter } from '../kinds/lora-adapter.ts';
import { modelWeights } from '../kinds/model-weights.ts';
import { testTokens } from '../kinds/test-tokens.ts';
import { tokenizer } from '../kinds/tokenizer.ts';
import { trainTokens } from '../kinds/train-tokens.ts';
import { trainingState } from '../kinds/training-state.ts';
import { continuation } from './continuing.ts';
import { contradictions } from './contradictions.ts';
import { gpuOnly } from './gpu-only.ts';
import { estimateMemory } from './memory.ts';
import { trainingWork } from './work.ts';

const stepsOrShare = [
  (every: number | 'never'): boolean => every === 'never' || every < 1 || Number.isInteger(every),
  'takes a fraction below 1, or a whole number of steps',
] as const;

/** What numpy takes, which the trainer seeds as well. */
const seed = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 32 - 1);

// No null: in a configuration it would take the value away, and the default would be back.
const cadence = z
  .union([z.number().positive(), z.literal('never')])
  .refine(...stepsOrShare)
  .describe('Every so many steps (1 or more), or every such fraction of the training (below 1), or `never`')
  .meta({ unit: 'optimizer steps or share' });

const loraParams = z.strictObject({
  r: z.number().int().positive().default(8).describe('Rank of the two matrices'),
  alpha: z
    .number()
    .positive()
    .default(32)
    .describe('Numerator of the scale: alpha / r, or alpha / √r for rsLoRA'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('Dropout before the first matrix')
    .meta({ unit: 'probability' }),
  targets: z
    .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)])
    .default(['q_proj', 'k_proj', 'v_proj'])
    .describe('Modules that get matrices, by the last part of their name, or `all-linear`'),
  modulesToSave: z
    .array(z.string().min(1))
    .default([])
    .describe('Modules that are trained in full and saved with the adapter'),
  rankStabilized: z.boolean().default(false).describe('rsLoRA: https://arxiv.org/abs/2312.03732'),
  dora: z.boolean().default(false).describe('DoRA: https://arxiv.org/abs/2402.09353'),
});

const trainingParams = z.strictObject({
  duration: z
    .union([
      z.strictObject({ epochs: z.number().positive().describe('Passes over the train tokens') }),
      z.strictObject({ steps: z.number().int().positive().describe('Optimizer steps') }),
    ])
    .default({ epochs: 3 })
    .describe('How long: `{ epochs }` or `{ steps }`'),
  learningRate: z.number().positive().default(5e-4).describe('Peak learning rate'),
  schedule: z
    .enum([
      'linear',
      'cosine',
      'cosine-with-restarts',
      'polynomial',
      'constant',
      'constant-with-warmup',
      'inverse-sqrt',
    ])
    .default('linear')
    .describe(
      'How the learning rate moves after the warm-up; `inverse-sqrt` halves it after three times as many steps as the warm-up had, or after 30,000 without one',
    ),
  restarts: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('How often the schedule `cosine-with-restarts` begins again at the peak')
    .meta({ unit: 'restarts' }),
  warmup: z
    .number()
    .min(0)
    .refine(...stepsOrShare)
    .default(0)
    .describe('Warm-up in steps (1 or more), or as a fraction of the training (below 1)')
    .meta({ unit: 'optimizer steps or share' }),
  batchSize: z
    .number()
    .int()
    .positive()
    .default(2)
    .describe('Rows on one device at once')
    .meta({ unit: 'rows' }),
  gradientAccumulation: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe('Batches summed up before each optimizer step')
    .meta({ unit: 'batches' }),
  precision: z.enum(['bf16', 'fp16', 'fp32']).default('bf16').describe('Numbers that are computed in'),
  gradientCheckpointing: z
    .boolean()
    .default(true)
    .describe('Computes activations again instead of keeping them: a third slower, most of the memory less'),
  optimizer: z
    .enum(['adamw', 'adamw-fused', 'adamw-8bit', 'paged-adamw-8bit', 'adafactor', 'sgd'])
    .default('adamw')
    .describe('The optimizer; those in 8 bit need a GPU'),
  adam: z
    .strictObject({
      beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment'),
      beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the second moment'),
      epsilon: z.number().positive().default(1e-8).describe('Added to the denominator'),
    })
    .prefault({}),
  weightDecay: z.number().min(0).default(0).describe('Decoupled weight decay'),
  maxGradNorm: z.number().positive().default(1).describe('Gradients are scaled down to this norm'),
  neftuneNoiseAlpha: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('NEFTune: https://arxiv.org/abs/2310.05914'),
  groupByLength: z.boolean().default(false).describe('Puts rows of similar length into one batch'),
  packing: z
    .strictObject({
      length: z.number().int().positive().describe('Tokens of a packed row').meta({ unit: 'tokens' }),
    })
    .nullable()
    .default(null)
    .describe('Packs several rows into one; needs FlashAttention'),
  attention: z
    .enum(['sdpa', 'eager', 'flash-attention-2'])
    .default('sdpa')
    .describe('The implementation of attention'),
  quantization: z
    .enum(['none', '4-bit'])
    .default('none')
    .describe('QLoRA: the base in 4 bit (https://arxiv.org/abs/2305.14314); needs a GPU'),
  seed: seed.default(42).describe('Seed of the matrices, of dropout and of the order'),
  dataSeed: seed.nullable().default(null).describe('Seed of the order alone; null takes `seed`'),
});

/** Trains a LoRA adapter with TRL and PEFT; keeps every planned checkpoint with its score and answers. */
export const loraSft = defineStage(import.meta.url, {
  name: 'lora-sft',
  inputs: {
    weights: modelWeights,
    tokenizer,
    train: trainTokens,
    test: optional(testTokens),
    /** A training to go on from, whatever the schedule; not needed where a longer one finds a shorter one by itself. */
    continueFrom: optional(trainingState),
  },
  params: z
    .strictObject({
      lora: loraParams.prefault({}),
      training: trainingParams.prefault({}),
      evaluation: z
        .strictObject({
          every: cadence.default(0.1),
          batchSize: z
            .number()
            .int()
            .positive()
            .default(4)
            .describe('Rows at once; does not move the loss')
            .meta({ unit: 'rows' }),
          earlyStopping: z
            .strictObject({
              patience: z
                .number()
                .int()
                .positive()
                .default(3)
                .describe('Evaluations without gain before it stops')
                .meta({ unit: 'evaluations' }),
              threshold: z
                .number()
                .min(0)
                .default(0)
                .describe('What counts as gain')
                .meta({ unit: 'nats per token' }),
            })
            .nullable()
            .default(null)
            .describe('Stops when the held-out loss no longer falls'),
        })
        .prefault({}),
      checkpoints: z
        .strictObject({
          every: cadence.default(0.1),
          select: z
            .enum(['last', 'best'])
            .default('last')
            .describe(
              'Which checkpoint becomes `adapter`: the last, or the one with the lowest held-out loss',
            ),
        })
        .prefault({}),
      predictions: z
        .strictObject({
          prompts: z
            .array(z.string().min(1))
            .default([])
            .describe('Answered greedily at each checkpoint, without disturbing the training'),
          system: z.string().nullable().default(null).describe('System message of these prompts'),
          maxNewTokens: z
            .number()
            .int()
            .positive()
            .default(64)
            .describe('Tokens an answer may have')
            .meta({ unit: 'tokens' }),
        })
        .prefault({}),
      launch: z
        .strictObject({
          processes: z
            .number()
            .int()
            .positive()
            .default(1)
            .describe('Processes; part of identity, since they change the batch')
            .meta({ unit: 'processes' }),
          strategy: z.enum(['ddp', 'zero2']).default('ddp').describe('How they share the work'),
        })
        .prefault({}),
    })
    .superRefine((params, context) => {
      for (const { path, message } of contradictions(params)) {
        context.addIssue({ code: 'custom', path, message });
      }
    }),
  outputs: { adapter: loraAdapter, checkpoints: checkpointSet, trainingState },
  // Libraries that few trainings need are in an environment of their own, which counts only where it is used.
  runs: byParams(needsGpuLibraries, {
    trl: python('./run.py', { environment: trl, gpus: 1 }),
    'trl-gpu': python('./run.py', { environment: trlGpu, gpus: 1 }),
  }),
  needs: (params, inputs) => ({
    ...estimateMemory(params, inputs),
    ...gpuOnly(params),
    gpus: params.launch.processes,
  }),
  work: { on: ['weights'], measure: trainingWork },
  continues: continuation,
});

function needsGpuLibraries(params: {
  readonly training: { readonly quantization: string; readonly optimizer: string };
  readonly launch: { readonly strategy: string };
}): 'trl' | 'trl-gpu' {
  const { quantization, optimizer } = params.training;
  const needed = quantization !== 'none' || optimizer.endsWith('8bit') || params.launch.strategy === 'zero2';
  return needed ? 'trl-gpu' : 'trl';
}
