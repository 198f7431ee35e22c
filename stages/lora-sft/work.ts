import type { ArtifactSizes, WorkAmount } from '@temper/pipeline';
import { countTokens } from '../kinds/token-count.ts';

/** The params that the time of a training depends on. */
export interface WorkParams {
  readonly lora: object;
  readonly training: {
    readonly duration: { readonly epochs: number } | { readonly steps: number };
    readonly batchSize: number;
    readonly gradientAccumulation: number;
    readonly precision: string;
    readonly gradientCheckpointing: boolean;
    readonly optimizer: string;
    readonly attention: string;
    readonly quantization: string;
    readonly packing?: { readonly length: number } | null | undefined;
  };
  readonly launch: { readonly processes: number; readonly strategy: string };
}

/** The tokens that a training sees, padding left out; its evaluations go along with them. */
export function trainingWork(
  { lora, training, launch }: WorkParams,
  { train }: { readonly train: ArtifactSizes | undefined },
): WorkAmount | undefined {
  if (train === undefined) return undefined;
  const { tokens, rows } = countTokens(train);
  const { duration, batchSize, gradientAccumulation, packing } = training;
  const { precision, gradientCheckpointing, optimizer, attention, quantization } = training;
  // A batch of packed rows is full; of others it holds what rows have on average.
  const each = packing?.length ?? tokens / Math.max(rows, 1);
  const rowsPerStep = batchSize * gradientAccumulation * launch.processes;
  const tokensPerStep = rowsPerStep * each;
  // What is left of an epoch makes a step of its own.
  const batches = Math.ceil((packing ? tokens / each : rows) / (batchSize * launch.processes));
  const stepsOfEpoch = Math.max(1, Math.ceil(batches / gradientAccumulation));
  const amount = 'epochs' in duration ? duration.epochs * tokens : duration.steps * tokensPerStep;
  return {
    unit: 'tokens',
    amount: Math.round(amount),
    steps: 'epochs' in duration ? Math.ceil(duration.epochs * stepsOfEpoch) : duration.steps,
    rowsPerStep,
    pace: {
      ...{ lora, launch, batchSize, precision, gradientCheckpointing, optimizer, attention, quantization },
      packing: packing ?? null,
    },
  };
}
