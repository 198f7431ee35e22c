import { artifactKind } from '@temper/pipeline';
import { z } from 'zod';
import { readLines, readShape } from './safetensors.ts';

/** A figure with its 95 % interval; JSON holds no NaN, so every number is finite. */
const metric = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  rows: z.number().int().positive(),
  better: z.enum(['lower', 'higher']),
  definition: z.string().min(1),
});

const shape = z.object({
  weights: z.string().min(1),
  adapter: z.string().min(1).nullable(),
  rows: z.number().int().positive(),
  labelledTokens: z.number().int().positive(),
  metrics: z.record(z.string(), metric).and(z.object({ loss: metric })),
  scores: z.array(z.object({ id: z.string(), nll: z.number(), tokens: z.number(), correct: z.number() })),
});

const generation = z.object({
  id: z.string(),
  prompt: z.string(),
  reference: z.string().nullable(),
  answer: z.string(),
  stopped: z.boolean(),
});

/** Metrics of a model on held-out rows, with its answers: `evaluation.json`, `generations.jsonl`. */
export const evaluation = artifactKind(import.meta.url, 'evaluation', {
  async check(artifact) {
    await readShape(artifact, 'evaluation.json', shape);
    await readLines(artifact, 'generations.jsonl', generation);
  },
});
