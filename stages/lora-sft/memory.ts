import type { Needs, Upstream } from '@temper/pipeline';
import { modelShapes, type ModelShape } from '../load-weights/model-shapes.ts';

/** The params that memory depends on. */
export interface MemoryParams {
  readonly lora: {
    readonly r: number;
    readonly targets: 'all-linear' | readonly string[];
    readonly modulesToSave?: readonly string[];
  };
  readonly training: {
    readonly batchSize: number;
    readonly precision: 'bf16' | 'fp16' | 'fp32';
    readonly gradientCheckpointing: boolean;
    readonly quantization: 'none' | '4-bit';
    readonly packing?: { readonly length: number } | null | undefined;
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
  // A packed row is as long as it is packed to, however long the rows that fill it.
  const length = params.training.packing?.length ?? maxLength;
  const parts = memoryParts(params, shape, params.training.batchSize * length);
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
  // A module that is saved is a copy that is trained in every value, beside the one that stays in the weights.
  const whole = (lora.modulesToSave ?? []).reduce((sum, name) => sum + sizeOfModule(name, shape), 0);
  // Measured on GLM-4's own layer in bf16: bytes a token and layer, with matrices on q/k/v and on everything.
  const activation = lora.targets === 'all-linear' ? 342_544 : 207_576;
  const activations = training.gradientCheckpointing
    ? tokens * (2 * shape.hidden * shape.layers + activation)
    : tokens * activation * shape.layers;
  return [
    { name: `weights (${training.quantization === '4-bit' ? '4-bit' : training.precision})`, bytes: weights },
    { name: 'adapter, gradients and optimizer', bytes: adapter * 16 },
    ...(whole === 0 ? [] : [{ name: 'modules that are trained whole', bytes: whole * 16 }]),
    {
      name: `activations of ${String(tokens)} tokens${training.gradientCheckpointing ? ', with gradient checkpointing' : ''}`,
      bytes: activations,
    },
    { name: 'logits of 256 tokens at a time', bytes: 256 * shape.vocabulary * 4 * 3 },
    { name: 'CUDA context and fragmentation', bytes: 1.5 * gibibyte },
  ];
}

/** Values of a module in all its places; nothing for one that the shape does not know. */
function sizeOfModule(name: string, shape: ModelShape): number {
  if (name === 'embed_tokens' || name === 'lm_head') return shape.vocabulary * shape.hidden;
  const [input, output] = shape.linear[name] ?? [0, 0];
  return input * output * shape.layers;
}
