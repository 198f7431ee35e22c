import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunEvent, RunResult, StepResult } from '@temper/run';
import { onTestFinished } from 'vitest';

/** What a model or a stranger could write to break out of a page. */
export const hostile =
  '</script><img src="https://example.org/x" onerror="document.title=1"> [a](javascript:1) | @all';

/** A workspace of its own that holds the files of runs, as a run leaves them. */
export interface WrittenRuns {
  readonly workspace: string;
  write(path: string, content: string): Promise<void>;
  /** Writes a run of a pipeline that trains, evaluates twice and compares. */
  training(run: number, options?: TrainingOptions): Promise<RunResult>;
}

export interface TrainingOptions {
  readonly learningRate?: number;
  /** How much the tuned model's loss is. */
  readonly loss?: number;
  readonly log?: string;
  readonly failure?: Extract<RunEvent, { type: 'failure' }>['failure'];
}

export async function writeRuns(): Promise<WrittenRuns> {
  const workspace = await mkdtemp(join(tmpdir(), 'temper-report-'));
  onTestFinished(() => rm(workspace, { recursive: true, force: true }));
  const write: WrittenRuns['write'] = async (path, content) => {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), content);
  };
  return { workspace, write, training: (run, options) => writeTraining(write, run, options) };
}

async function writeTraining(
  write: WrittenRuns['write'],
  run: number,
  { learningRate = 0.001, loss = 2, log = `line of a log ${hostile}\n`, failure }: TrainingOptions = {},
): Promise<RunResult> {
  const folder = `.temper/runs/${String(run)}`;
  const outputs = (label: string, made: Readonly<Record<string, string>>): StepResult['outputs'] =>
    Object.fromEntries(
      Object.entries(made).map(([name, kind]) => {
        const path = `${folder}/steps/${label.replace(':', '-')}/${name}`;
        return [
          name,
          { kind, digest: digestOf(`${label} ${name} ${String(learningRate)}`), files: 1, bytes: 2048, path },
        ];
      }),
    );
  const step = (
    label: string,
    outcome: StepResult['outcome'],
    made: Readonly<Record<string, string>>,
  ): StepResult => ({
    label,
    stage: label.split(':')[0] ?? label,
    variable: null,
    outcome,
    reasons:
      outcome === 'ran'
        ? [{ code: 'params', path: 'training.learningRate', text: 'training.learningRate 0.01 → 0.001' }]
        : [],
    fingerprint: digestOf(`${label} ${label === 'tokenize' ? '' : String(learningRate)}`),
    seconds: outcome === 'ran' ? 30 : 0,
    ...(outcome === 'reused' ? { savedSeconds: 61 } : {}),
    outputs: outputs(label, made),
  });
  const steps = [
    step('tokenize', 'reused', { summary: 'token summary' }),
    step('lora-sft', 'ran', { adapter: 'lora adapter' }),
    step('evaluate:before', 'ran', { evaluation: 'evaluation' }),
    step('evaluate:after', 'ran', { evaluation: 'evaluation' }),
    step(
      'compare',
      failure === undefined ? 'ran' : 'failed',
      failure === undefined ? { report: 'comparison report' } : {},
    ),
  ];
  const result: RunResult = {
    schema: 'temper.run/1',
    run,
    pipeline: 'chat',
    configuration: 'tiny',
    outcome: failure === undefined ? 'succeeded' : 'failed',
    pinned: false,
    seconds: 95,
    steps,
    outputs: { adapter: { kind: 'lora adapter', digest: digestOf('x'), path: 'output/chat/tiny/adapter' } },
  };
  const reads = (...labels: readonly string[]) =>
    labels.map((label) => ({ input: 'input', step: label, output: 'output' }));
  const plan = {
    schema: 'temper.run-plan/1',
    set: [`lora-sft.training.learningRate=${String(learningRate)}`],
    steps: [
      {
        label: 'tokenize',
        stage: 'tokenize',
        params: { maxLength: 512 },
        where: { file: 'pipelines/chat.ts', line: 3 },
        reads: [],
      },
      {
        label: 'lora-sft',
        stage: 'lora-sft',
        params: { training: { learningRate } },
        where: null,
        reads: reads('tokenize'),
      },
      { label: 'evaluate:before', stage: 'evaluate', params: {}, where: null, reads: reads('tokenize') },
      {
        label: 'evaluate:after',
        stage: 'evaluate',
        params: {},
        where: null,
        reads: reads('tokenize', 'lora-sft'),
      },
      {
        label: 'compare',
        stage: 'compare',
        params: {},
        where: null,
        reads: reads('evaluate:before', 'evaluate:after'),
      },
    ],
  };
  const events: RunEvent[] = [
    { type: 'run-started', run, pipeline: 'chat', configuration: 'tiny', steps },
    {
      type: 'step-started',
      label: 'lora-sft',
      stage: 'lora-sft',
      reasons: [],
      fingerprint: digestOf('lora-sft'),
    },
    ...Array.from({ length: 40 }, (_, index): RunEvent => ({
      type: 'step-progress',
      label: 'lora-sft',
      step: index + 1,
      of: 40,
      metrics: {
        loss: 6 - index * 0.1 + Math.sin(index) * learningRate * 300,
        learningRate,
        ...(index % 10 === 9 ? { evalLoss: 6 - index * 0.09 } : {}),
      },
    })),
    { type: 'step-text', label: 'lora-sft', key: 'prediction', step: 20, caption: '你好', content: hostile },
    {
      type: 'step-started',
      label: 'evaluate:after',
      stage: 'evaluate',
      reasons: [],
      fingerprint: digestOf('after'),
    },
    ...(failure === undefined ? [] : [{ type: 'failure', failure } as const]),
  ];
  const noted = events.map((event, index) =>
    JSON.stringify({ t: new Date(index * 1000).toISOString(), ...event }),
  );
  const json = (path: string, value: unknown): Promise<void> =>
    write(`${folder}/${path}`, JSON.stringify(value));
  await json('result.json', result);
  await json('plan.json', plan);
  await write(`${folder}/events.jsonl`, `${noted.join('\n')}\n`);
  await write(`${folder}/steps/lora-sft/output.log`, log);
  await json('steps/tokenize/summary/summary.json', tokenSummary);
  for (const [label, value] of [
    ['before', 3],
    ['after', loss],
  ] as const) {
    await json(`steps/evaluate-${label}/evaluation/evaluation.json`, {
      metrics: { loss: { value, low: value - 0.2, high: value + 0.2, rows: 40, better: 'lower' } },
    });
    const answers = ['杭州是浙江省的省会。', hostile].map((answer, index) => ({
      id: `row-${String(index)}`,
      prompt: index === 0 ? '浙江省的省会是哪里？' : `say ${hostile}`,
      reference: '杭州',
      answer: label === 'before' ? `${answer} once more` : answer,
      stopped: index === 0,
    }));
    await write(
      `${folder}/steps/evaluate-${label}/evaluation/generations.jsonl`,
      `${answers.map((answer) => JSON.stringify(answer)).join('\n')}\n`,
    );
  }
  await json('steps/compare/report/report.json', {
    names: ['base', 'tuned'],
    rows: 40,
    metrics: [
      {
        metric: 'loss',
        better: 'lower',
        values: [3, loss],
        against: [{ difference: loss - 3, low: loss - 3.3, high: loss - 2.7, rows: 40 }],
      },
      { metric: 'perplexity', better: 'lower', values: [20.1, 7.4], against: [null] },
    ],
  });
  return result;
}

const tokenSummary = {
  maxLength: 512,
  train: {
    rows: 100,
    kept: 98,
    truncated: 1,
    dropped: 2,
    tokens: 9000,
    learnedTokens: 4000,
    lengths: {
      mean: 90,
      p50: 80,
      p95: 300,
      longest: 512,
      histogram: { width: 64, rows: [40, 30, 10, 8, 6, 2, 1, 1] },
    },
  },
};

/** A digest that stands for a name. */
function digestOf(name: string): string {
  return Buffer.from(name.padEnd(32)).toString('hex').slice(0, 64);
}
