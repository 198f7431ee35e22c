import { expect, it } from 'vitest';
import { loraSft } from './stage.ts';
import { trainingWork } from './work.ts';

/** Tokens of 194 rows of 150 tokens, by the sizes of their files. */
const train = {
  files: [
    { path: 'rows.jsonl', bytes: 194 * 61 },
    { path: 'tokens.safetensors', bytes: 312 + 8 * 195 + 8 * 194 * 150 },
  ],
};

const steps = (training: object, launch: object = {}): number | undefined =>
  trainingWork(loraSft.definition.params.parse({ training, launch }) as never, { train })?.steps;

it.each([
  ['what is left of each epoch', { duration: { epochs: 2 }, batchSize: 16 }, {}, 26],
  ['a part of an epoch', { duration: { epochs: 1.5 }, batchSize: 16 }, {}, 20],
  ['batches that are summed up', { duration: { epochs: 2 }, batchSize: 16, gradientAccumulation: 4 }, {}, 8],
  ['what each process takes', { duration: { epochs: 1 }, batchSize: 16 }, { processes: 2 }, 7],
  [
    'packed rows',
    { duration: { epochs: 1 }, batchSize: 2, packing: { length: 600 }, attention: 'flash-attention-2' },
    {},
    25,
  ],
  ['steps as they are asked for', { duration: { steps: 5 } }, {}, 5],
])('the steps of a training count %s', (_, training, launch, expected) => {
  expect(steps(training, launch)).toBe(expected);
});
