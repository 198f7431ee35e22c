/**
 * The GPU stages in figures, on a model of GLM-4-9B's shape with seeded weights: a training step, its memory against our
 * estimate, tokens per second against a plain TRL script, QLoRA, merge, generation. By hand, where a GPU is at hand:
 *
 *     npx esbuild test/gpu/measure.ts --bundle --platform=node --format=esm --conditions=@temper/source \
 *       --outfile=test/gpu/dist/measure.mjs && node test/gpu/dist/measure.mjs [--shape tiny] [--folder DIR] [--python PATH]
 *
 * It needs 60 GB of disk in DIR for the real shape. `--shape tiny` runs all of it in a minute on a CPU, to prove the scripts;
 * its figures mean nothing and no bound is asked of them. Prints a table for docs/explanation/gpu-results.md; ends with 1
 * where a bound is missed.
 */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modelShapes } from '../../stages/load-weights/model-shapes.ts';
import { memoryParts, type MemoryParams } from '../../stages/lora-sft/memory.ts';
import { loraSft } from '../../stages/lora-sft/stage.ts';
import { merge } from '../../stages/merge/stage.ts';

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'glm-4-9b' },
    folder: { type: 'string', default: join(tmpdir(), 'temper-gpu') },
    python: { type: 'string', default: process.env['TEMPER_TEST_PYTHON'] ?? 'python3' },
  },
});
const isReal = values.shape === 'glm-4-9b';
const length = isReal ? 512 : 64;
const batchSize = 2;
const steps = isReal ? 30 : 8;

interface Speed {
  readonly tokensPerSecond: number;
  readonly gpuMemory?: number | null;
  readonly not?: undefined;
}
interface NotMeasured {
  readonly not: string;
}
interface Results {
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly parameters: number;
  readonly train: Speed;
  readonly plain: Speed;
  readonly packed: Speed | NotMeasured;
  readonly qlora: Speed | NotMeasured;
  readonly merge: {
    readonly seconds: number;
    readonly peakMemory: number;
    readonly way: string;
    readonly logits: { readonly largest: number; readonly largestLogit: number };
  };
  readonly generate: Speed;
}

const results = measure();
const onGpu = results.train.gpuMemory != null;
const rows: [what: string, measured: string, bound: string, held: boolean | undefined][] = [];
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const rate = ({ tokensPerSecond }: Speed): string => `${tokensPerSecond.toFixed(0)} tokens/s`;
const bounded = (held: boolean): boolean | undefined => (isReal && onGpu ? held : undefined);

memoryRow('training: memory', results.train, 'none');
const share = results.train.tokensPerSecond / results.plain.tokensPerSecond;
rows.push(['training', rate(results.train), '', undefined]);
rows.push(['plain TRL script', rate(results.plain), '', undefined]);
rows.push(['ours against plain', `${share.toFixed(2)} ×`, '≥ 1.00 ×', bounded(share >= 1)]);
if (results.packed.not === undefined) {
  const packed = results.packed.tokensPerSecond / results.plain.tokensPerSecond;
  rows.push(['packed against plain', `${packed.toFixed(2)} ×`, '≥ 1.50 ×', bounded(packed >= 1.5)]);
} else rows.push(['packed', `not measured: ${results.packed.not}`, '', undefined]);
if (results.qlora.not === undefined) {
  memoryRow('QLoRA: memory', results.qlora, '4-bit');
  rows.push(['QLoRA', rate(results.qlora), '', undefined]);
} else rows.push(['QLoRA', `not measured: ${results.qlora.not}`, '', undefined]);
const { seconds, peakMemory, way, logits } = results.merge;
const ofLogit = logits.largest / logits.largestLogit;
rows.push([`merge (${way})`, `${seconds.toFixed(1)} s`, '', undefined]);
rows.push(['merge: memory', gibibytes(peakMemory), '≤ 3 GB', isReal ? peakMemory <= 3e9 : undefined]);
rows.push([
  'merge: largest difference of a logit',
  `${(100 * ofLogit).toFixed(2)} %`,
  '≤ 5 %',
  ofLogit <= 0.05,
]);
rows.push(['generation, 4 prompts at once', rate(results.generate), '', undefined]);

const versions = Object.entries(results.versions).map(([name, text]) => `${name} ${text}`);
console.log(
  `${values.shape}, ${String(results.parameters)} parameters, on ${results.device}; ${versions.join(', ')}\n`,
);
console.log('| what | measured | bound | |\n| --- | ---: | --- | --- |');
for (const [what, measured, bound, held] of rows)
  console.log(`| ${what} | ${measured} | ${bound} | ${held === undefined ? '' : held ? 'held' : 'MISSED'} |`);
process.exitCode = rows.some(([, , , held]) => held === false) ? 1 : 0;

function memoryRow(what: string, speed: Speed, quantization: 'none' | '4-bit'): void {
  const shape = modelShapes['THUDM/glm-4-9b-hf'];
  if (speed.gpuMemory == null || shape === undefined || !isReal) {
    rows.push([what, 'not measured: no GPU, or not the real shape', '', undefined]);
    return;
  }
  const params = trainingParams() as MemoryParams;
  const parts = memoryParts(
    { ...params, training: { ...params.training, quantization } },
    shape,
    batchSize * length,
  );
  // Without the context and what is lost between blocks: PyTorch, which measures, does not see them.
  const estimate = parts.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
  const off = Math.abs(estimate / speed.gpuMemory - 1);
  const bound = `estimate ${gibibytes(estimate)}, within 15 %`;
  rows.push([what, gibibytes(speed.gpuMemory), bound, off <= 0.15]);
}

function trainingParams(): unknown {
  return loraSft.definition.params.parse({
    training: {
      duration: { steps },
      batchSize,
      precision: isReal ? 'bf16' : 'fp32',
      gradientCheckpointing: true,
    },
    evaluation: { every: 'never' },
    checkpoints: { every: 'never' },
  });
}

function measure(): Results {
  const settings = {
    shape: values.shape,
    folder: values.folder,
    rows: steps * batchSize,
    ...{ length, batchSize, steps },
    params: {
      'lora-sft': trainingParams(),
      merge: merge.definition.params.parse({ verify: { prompts: ['你好'] } }),
    },
  };
  // The bundle lies one folder below its source.
  const here = join(import.meta.dirname, '..');
  const script = join(here, 'measure.py');
  const roots = [here, join(here, '../../packages/trl-backend/python')];
  const done = spawnSync(values.python, ['-W', 'ignore', script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: roots.join(':'), PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1' },
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
  return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '') as Results;
}
