import type { Needs, Upstream } from '@temper/pipeline';
import { modelShapes, type ModelShape } from '../load-weights/model-shapes.ts';

/** The params that memory depends on. */
export interface MemoryParams {
  readonly lora: { readonly r: number; readonly targets: 'all-linear' | readonly string[] };
  readonly training: {
    readonly batchSize: number;
    readonly precision: 'bf16' | 'fp16' | 'fp32';
    readonly gradientCheckpointing: boolean;
    readonly quantization: 'none' | '4-bit';
  };
}

const gibibyte = 2 ** 30;

/**
 * GPU memory of a LoRA training by the formulas of docs/explanation/memory.md; nothing for models whose shape is not
 * known before they are here.
 */
export function estimateMemory(
  params: MemoryParams,
  inputs: { readonly weights: Upstream | undefined; readonly train: Upstream | undefined },
): Needs {
  const source = inputs.weights?.params as { from?: string; repo?: string } | undefined;
  const shape = source?.from === 'hub' ? modelShapes[source.repo ?? ''] : undefined;
  if (shape === undefined) return {};
  const { maxLength = 1024 } = (inputs.train?.params ?? {}) as { maxLength?: number };
  const parts = memoryParts(params, shape, params.training.batchSize * maxLength);
  return { gpu: 'required', gpuMemory: { bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), parts } };
}

/** @param tokens Tokens on the device at once: batch times length. */
export function memoryParts(
  { lora, training }: MemoryParams,
  shape: ModelShape,
  tokens: number,
): readonly { readonly name: string; readonly bytes: number }[] {
  const linear =
    Object.values(shape.linear).reduce((sum, [input, output]) => sum + input * output, 0) * shape.layers;
  const weights =
    training.quantization === '4-bit'
      ? linear * 0.52 + (shape.parameters - linear) * 2
      : shape.parameters * (training.precision === 'fp32' ? 4 : 2);
  const targeted = Object.entries(shape.linear).filter(
    ([name]) => lora.targets === 'all-linear' || lora.targets.includes(name),
  );
  const adapter =
    targeted.reduce((sum, [, [input, output]]) => sum + lora.r * (input + output), 0) * shape.layers;
  // Measured on GLM-4's own layer in bf16: bytes a token and layer, with matrices on q/k/v and on everything.
  const activation = lora.targets === 'all-linear' ? 342_544 : 207_576;
  const activations = training.gradientCheckpointing
    ? tokens * (2 * shape.hidden * shape.layers + activation)
    : tokens * activation * shape.layers;
  return [
    { name: `weights (${training.quantization === '4-bit' ? '4-bit' : training.precision})`, bytes: weights },
    { name: 'adapter, gradients and optimizer', bytes: adapter * 16 },
    {
      name: `activations of ${String(tokens)} tokens${training.gradientCheckpointing ? ', with gradient checkpointing' : ''}`,
      bytes: activations,
    },
    { name: 'logits of 256 tokens at a time', bytes: 256 * shape.vocabulary * 4 * 3 },
    { name: 'CUDA context and fragmentation', bytes: 1.5 * gibibyte },
  ];
}
