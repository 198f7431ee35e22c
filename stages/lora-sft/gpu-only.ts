import type { Needs } from '@temper/pipeline';

/** The params that ask for what only a GPU has. */
export interface GpuParams {
  readonly training: {
    readonly precision: string;
    readonly optimizer: string;
    readonly attention: string;
    readonly quantization: string;
  };
}

/** What a training cannot do without a GPU, told before an environment is made for it or a model is fetched. */
export function gpuOnly({ training }: GpuParams): Pick<Needs, 'gpu' | 'gpuFor'> {
  const { precision, optimizer, attention, quantization } = training;
  const wanted = [
    { is: quantization === '4-bit', what: '4-bit weights', hint: "set `training.quantization: 'none'`" },
    { is: optimizer.endsWith('8bit'), what: 'an 8-bit optimizer', hint: "set `training.optimizer: 'adamw'`" },
    { is: precision === 'fp16', what: 'training in fp16', hint: "set `training.precision: 'fp32'`" },
    {
      is: attention === 'flash-attention-2',
      what: 'FlashAttention',
      hint: "set `training.attention: 'sdpa'`",
    },
  ].find(({ is }) => is);
  return wanted === undefined ? {} : { gpu: 'required', gpuFor: { what: wanted.what, hint: wanted.hint } };
}
