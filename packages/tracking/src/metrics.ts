/** What one report of a job becomes: curves, and the memory of its GPU as a figure of the hardware. */
export interface TrackedMetrics {
  readonly curves: Readonly<Record<string, number>>;
  readonly gpuMemory: Readonly<Record<string, number>>;
}

const mebibyte = 1024 ** 2;

/**
 * Names a job's metrics as the callback of transformers does, so that a curve from here lies over one from a script:
 * `loss` is `train/loss`, `gradNorm` is `train/grad_norm`, `evalLoss` is `eval/loss`
 * (https://github.com/huggingface/transformers/blob/main/src/transformers/integrations/integration_utils.py, `rewrite_logs`).
 * A null was a number that JSON cannot hold, and is one again.
 */
export function nameMetrics(metrics: Readonly<Record<string, number | null>>): TrackedMetrics {
  const curves: Record<string, number> = {};
  const gpuMemory: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) {
    // The official monitor counts MiB: https://docs.nvidia.com/deploy/nvml-api/ gives bytes, which it shifts by 20.
    if (name === 'gpuMemory') {
      if (value !== null) gpuMemory['gpu.0.mem.value'] = value / mebibyte;
    } else curves[metricKey(name)] = value ?? Number.NaN;
  }
  return { curves, gpuMemory };
}

/** The figures of an `evaluation.json`, as `eval/…`; none for anything else. */
export function nameEvaluation(evaluation: unknown): Readonly<Record<string, number>> {
  const { metrics } = (evaluation ?? {}) as { metrics?: Readonly<Record<string, unknown>> };
  return Object.fromEntries(
    Object.entries(metrics ?? {}).flatMap(([name, metric]) => {
      const value = typeof metric === 'number' ? metric : (metric as { value?: unknown } | null)?.value;
      return typeof value === 'number' ? [[`eval/${snakeCase(name)}`, value] as const] : [];
    }),
  );
}

/** `prediction` is the key `Prediction`, as in SwanLab's own examples. */
export function textKey(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function metricKey(name: string): string {
  // TRL counts the tokens seen under this name: https://huggingface.co/docs/trl/sft_trainer#logged-metrics
  if (name === 'tokens') return 'train/num_tokens';
  const snake = snakeCase(name);
  return snake.startsWith('eval_') ? `eval/${snake.slice('eval_'.length)}` : `train/${snake}`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
