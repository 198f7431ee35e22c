import { describe, expect, it } from 'vitest';
import { modelShapes } from '../load-weights/model-shapes.ts';
import { estimateMemory, memoryParts, type MemoryParams } from './memory.ts';
import { loraSft } from './stage.ts';

const gibibyte = 2 ** 30;
const shape = modelShapes['THUDM/glm-4-9b-hf'];
if (shape === undefined) throw new Error('the worked example has lost its shape');

const defaults = loraSft.definition.params.parse({}) as MemoryParams;
const training = (changes: Partial<MemoryParams['training']>): MemoryParams => ({
  ...defaults,
  training: { ...defaults.training, ...changes },
});
const bytesOf = (params: MemoryParams, tokens = 1024) =>
  memoryParts(params, shape, tokens).map(({ bytes }) => bytes);
const total = (params: MemoryParams) => bytesOf(params).reduce((sum, bytes) => sum + bytes, 0) / gibibyte;

describe('GLM-4-9B with two rows of 512 tokens', () => {
  it('needs 17.5 GiB for its weights in bf16', () => {
    expect((bytesOf(defaults)[0] ?? 0) / gibibyte).toBeCloseTo(17.5, 1);
  });

  it('trains 5,406,720 values of 16 bytes with r = 8 on q, k and v', () => {
    expect(bytesOf(defaults)[1]).toBe(5_406_720 * 16);
  });

  it.each([
    ['with checkpointing', {}, 20.03],
    ['without checkpointing', { gradientCheckpointing: false }, 27.44],
    ['with its base in 4 bit', { quantization: '4-bit' as const }, 8.79],
    ['in fp32', { precision: 'fp32' as const }, 37.54],
  ])('%s needs so many GiB', (_, changes, wanted) => {
    expect(total(training(changes))).toBeCloseTo(wanted, 2);
  });

  it.each([
    [50, 19.91],
    [250, 21.46],
  ])('needs about what its authors measured (21,531 MiB) for one row of %i tokens', (tokens, wanted) => {
    // https://github.com/THUDM/GLM-4/blob/main/finetune_demo/README_en.md
    const needed = bytesOf(training({ gradientCheckpointing: false }), tokens);
    expect(needed.reduce((sum, bytes) => sum + bytes, 0) / gibibyte).toBeCloseTo(wanted, 2);
  });

  it('needs more for matrices on every linear layer, in the adapter and in what is kept', () => {
    const everything: MemoryParams = { ...defaults, lora: { r: 8, targets: 'all-linear' } };
    const [, adapter = 0, activations = 0] = bytesOf(everything);
    const [, few = 0, fewer = 0] = bytesOf(defaults);
    // r × (inputs + outputs) of six matrices in forty layers.
    expect(adapter).toBe(8 * (8192 + 4352 + 4352 + 8192 + 31_488 + 17_792) * 40 * 16);
    expect(adapter).toBeGreaterThan(few);
    expect(activations).toBeGreaterThan(fewer);
  });
});

describe('what else takes memory', () => {
  it('a module that is trained whole takes 16 bytes for each of its values, and is named', () => {
    const saving: MemoryParams = {
      ...defaults,
      lora: { ...defaults.lora, modulesToSave: ['lm_head', 'q_proj'] },
    };
    const added = memoryParts(saving, shape, 1024).find(
      ({ name }) => name === 'modules that are trained whole',
    );
    expect(added?.bytes).toBe((151_552 * 4096 + 4096 * 4096 * 40) * 16);
    expect(memoryParts(defaults, shape, 1024).map(({ name }) => name)).not.toContain(added?.name);
  });

  it('a packed row is as long as it is packed to', () => {
    const glm = { params: { from: 'hub', repo: 'THUDM/glm-4-9b-hf' } };
    const inputs = { weights: glm, train: { params: { maxLength: 512 } } };
    const packed = training({ packing: { length: 4096 } });
    const needs = estimateMemory(packed, inputs as Parameters<typeof estimateMemory>[1]);
    expect(needs.gpuMemory?.parts).toEqual(memoryParts(packed, shape, packed.training.batchSize * 4096));
  });
});

describe('the estimate of a plan', () => {
  const glm = { params: { from: 'hub', repo: 'THUDM/glm-4-9b-hf' } };
  const estimate = (weights: object | undefined, train: object | undefined) =>
    estimateMemory(defaults, { weights, train } as Parameters<typeof estimateMemory>[1]);

  it('takes the length of a row from the step that made the tokens', () => {
    const needs = estimate(glm, { params: { maxLength: 512 } });
    expect(needs.gpu).toBe('required');
    expect(needs.gpuMemory?.parts).toEqual(memoryParts(defaults, shape, 1024));
    expect((needs.gpuMemory?.bytes ?? 0) / gibibyte).toBeCloseTo(20.03, 2);
  });

  it.each([
    ['of no known shape', { params: { from: 'hub', repo: 'someone/else' } }],
    ['from a folder', { params: { from: 'folder', path: 'models/glm' } }],
    ['that nothing is known of', undefined],
  ])('says nothing about weights %s', (_, weights) => {
    expect(estimate(weights, undefined)).toEqual({});
  });
});
