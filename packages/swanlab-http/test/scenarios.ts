import type { Fault, ServerState } from './support/fixture-server.ts';

/** What a program does with a run. JSON throughout, so that the official client can be driven by the same list. */
export type Step =
  | { readonly op: 'log'; readonly data: Readonly<Record<string, unknown>>; readonly step?: number }
  | { readonly op: 'text'; readonly key: string; readonly items: readonly TextItem[]; readonly step?: number }
  | { readonly op: 'html'; readonly key: string; readonly data: string }
  | { readonly op: 'echarts'; readonly key: string }
  | { readonly op: 'define'; readonly key: string; readonly xAxis?: string; readonly sectionName?: string }
  | { readonly op: 'config'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly op: 'console'; readonly line: string }
  /** Prints id, path and page of the run. */
  | { readonly op: 'describe' }
  | { readonly op: 'save'; readonly name: string; readonly content: string }
  | { readonly op: 'system'; readonly figures: Readonly<Record<string, number>> }
  /** `count` points of one key in a tight loop, each its own number. */
  | { readonly op: 'many'; readonly key: string; readonly count: number }
  | { readonly op: 'flush' };

export interface TextItem {
  readonly data: string;
  readonly caption?: string;
}

export interface Scenario {
  readonly id: string;
  readonly server?: ServerState;
  readonly faults?: readonly Fault[];
  readonly init: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  readonly finish?: { readonly state?: 'success' | 'crashed' | 'aborted'; readonly error?: string };
}

/** JSON has no such numbers; a driver replaces the words. */
export const notFinite = { nan: '$nan', inf: '$inf', minusInf: '$-inf' } as const;

const project = { project: 'fixture-proj' };
const metrics = '/api/house/metrics';
const summary = {
  log: [{ key: 'LOG', step: 7 }],
  media: [{ key: 'sample/text', step: 2 }],
  scalar: [
    { key: 'train/loss', step: 5 },
    { key: '__swanlab__.cpu.pct', step: 4 },
  ],
};

/** The run that most scenarios make: losses, a point without a step, a text at step 3, a late point. */
function usual(losses: number): readonly Step[] {
  return [
    ...Array.from({ length: losses }, (_, step): Step => ({
      op: 'log',
      data: { 'train/loss': 2 / (step + 1) },
      step,
    })),
    { op: 'log', data: { auto: 1 } },
    { op: 'text', key: 'sample/text', items: [{ data: 'abc' }], step: 3 },
    { op: 'flush' },
    { op: 'log', data: { late: 1 } },
  ];
}

const faulty = (id: string, faults: readonly Fault[], server: ServerState = {}): Scenario => ({
  id,
  init: project,
  server,
  faults,
  steps: usual(2),
});

export const offlineRun: Scenario = {
  id: 'sync1',
  init: { ...project, name: 'off-run', id: 'offrun01', resume: 'allow', config: { lr: 0.1 } },
  server: { project: 'absent' },
  steps: [
    ...[2, 1, 0].map((value, step): Step => ({ op: 'log', data: { 'train/loss': value }, step })),
    { op: 'text', key: 'sample/text', items: [{ data: 'offline text', caption: 'c' }], step: 0 },
    { op: 'console', line: 'a console line' },
  ],
};

export const scenarios: readonly Scenario[] = [
  {
    id: 'fresh',
    server: { project: 'absent' },
    init: {
      ...project,
      name: 'fixture-run',
      description: 'a description',
      tags: ['t1', 't2'],
      jobType: 'train',
      group: 'g1',
      config: { lr: 0.1, nested: { a: 1 }, nan: notFinite.nan },
    },
    steps: [
      { op: 'define', key: 'val/acc', xAxis: 'val/epoch', sectionName: 'Validation' },
      { op: 'console', line: 'hello console line' },
      ...[2, 1.5, 1].map((loss, step): Step => ({
        op: 'log',
        data: { 'train/loss': loss, 'train/lr': 1e-4, flag: true, nested: { a: { b: step } } },
        step,
      })),
      { op: 'log', data: { 'train/loss': 99 }, step: 1 },
      {
        op: 'log',
        data: {
          'bad/nan': notFinite.nan,
          'bad/inf': notFinite.inf,
          'bad/ninf': notFinite.minusInf,
          strnum: '3.5',
          'bad type': 'abc',
        },
        step: 3,
      },
      {
        op: 'text',
        key: 'sample/text',
        items: [{ data: 'Hello **world** 你好', caption: 'cap one' }],
        step: 0,
      },
      {
        op: 'text',
        key: 'sample/text',
        items: [{ data: 'first' }, { data: 'second', caption: 'c2' }],
        step: 1,
      },
      { op: 'log', data: { auto: 1 } },
      { op: 'log', data: { auto: 2 } },
      { op: 'log', data: { '/lead/slash/': 1, 'spa ce': 2, 中文: 3, ['x'.repeat(600)]: 4 }, step: 20 },
      { op: 'log', data: { 'val/epoch': 1, 'val/acc': 0.9 } },
      { op: 'echarts', key: 'chart' },
      { op: 'html', key: 'page', data: '<b>x</b>' },
      { op: 'config', values: { added_later: 42 } },
      { op: 'save', name: 'up.txt', content: 'file body' },
      { op: 'flush' },
      { op: 'describe' },
    ],
  },
  {
    id: 'sys',
    server: { project: 'absent' },
    init: project,
    steps: [
      { op: 'log', data: { a: 1 } },
      {
        op: 'system',
        figures: {
          'cpu.pct': 0,
          'cpu.thds': 9,
          'mem.pct': 4.3,
          'mem.proc': 64.5,
          'mem.proc.pct': 0.27,
          'mem.proc.avail': 23072,
        },
      },
    ],
  },
  {
    id: 'crash',
    server: { project: 'absent' },
    init: { ...project, name: 'crash-run' },
    steps: [{ op: 'log', data: { 'train/loss': 1 } }],
    finish: { state: 'crashed', error: `RuntimeError: boom\n${'a long line '.repeat(200)}` },
  },
  {
    id: 'abort',
    server: { project: 'absent' },
    init: project,
    steps: [{ op: 'log', data: { a: 1 } }],
    finish: { state: 'aborted', error: 'stopped by hand' },
  },
  { id: 'legacy', server: { project: 'absent', legacy: true }, init: project, steps: usual(8) },
  {
    id: 'resume',
    server: { experiment: 'existing', summary },
    init: { ...project, id: 'abc123', resume: 'must' },
    steps: usual(8),
  },
  {
    id: 'resume2',
    server: { experiment: 'existing-with-time', summary },
    init: { ...project, id: 'abc123', resume: 'allow' },
    steps: usual(8),
  },
  {
    id: 'many',
    server: { project: 'absent' },
    init: project,
    steps: [{ op: 'many', key: 'm', count: 25_000 }],
  },
  faulty('f500', [{ prefix: metrics, type: 'scalar', status: 500, times: 3 }]),
  faulty('f429', [{ prefix: metrics, status: 429, headers: { 'retry-after': '1' }, times: 2 }]),
  faulty('f400', [{ prefix: metrics, type: 'scalar', status: 400, times: 1 }]),
  faulty('f401', [{ prefix: metrics, type: 'scalar', status: 401, times: 1 }]),
  faulty('fput', [{ method: 'PUT', prefix: '/storage/put/', status: 403, times: 2 }]),
  faulty('state500', [
    {
      method: 'PUT',
      prefix: '/api/project/alice/fixture-proj/runs/expcuid0001/state',
      status: 500,
      times: 2,
    },
  ]),
  faulty('login500', [{ prefix: '/api/login', status: 500, times: 2 }]),
  faulty('badkey', [{ prefix: '/api/login', status: 401 }]),
  faulty('expfail', [
    {
      method: 'POST',
      prefix: '/api/project/alice/fixture-proj/experiment',
      status: 403,
      reply: { code: 'Forbidden', message: 'no permission' },
    },
  ]),
  faulty('sidold', [], { sessionLife: 3 * 24 * 3600 * 1000, project: 'present' }),
  {
    id: 'down',
    init: project,
    faults: [{ method: 'POST', prefix: metrics, status: 503 }],
    steps: [
      { op: 'log', data: { 'train/loss': 2 }, step: 0 },
      { op: 'log', data: { auto: 1 } },
      { op: 'text', key: 'sample/text', items: [{ data: 'abc' }], step: 3 },
      { op: 'log', data: { late: 1 } },
    ],
  },
  {
    id: 'hf2',
    server: { project: 'absent' },
    init: {
      ...project,
      config: { FRAMEWORK: '🤗transformers', hidden: 8, learning_rate: 1e-4, model_num_parameters: 10 },
    },
    steps: trainer({ 'train/loss': 1.5, 'train/epoch': 0.1, 'eval/loss': 1.2, 'train/global_step': 1 }),
  },
  {
    id: 'hf3',
    server: { project: 'absent' },
    init: {
      ...project,
      config: { FRAMEWORK: 'transformers', hidden: 8, learning_rate: 1e-4, model_num_parameters: 10 },
    },
    steps: trainer({ 'train/loss': 1.5, 'train/epoch': 0.1, 'train/global_step': 1, 'eval/loss': 1.2 }),
  },
];

/** What the callbacks of transformers log, first while training and then at its end. */
function trainer(first: Readonly<Record<string, number>>): readonly Step[] {
  return [
    { op: 'log', data: first, step: 1 },
    { op: 'log', data: { 'single_value/train_runtime': 2.5, 'single_value/train_loss': 1.1 }, step: 3 },
    { op: 'log', data: { 'train/epoch': 1, 'train/global_step': 3 }, step: 3 },
  ];
}
