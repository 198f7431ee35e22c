import { describe, expect, it } from 'vitest';
import type { Report } from '../compare/report.ts';
import { runJob } from '../test-job.ts';
import { judge } from './judge.ts';
import implementation from './run.ts';
import { gate } from './stage.ts';

const between = (low: number, high: number) => ({ difference: (low + high) / 2, low, high, rows: 24 });
const report: Report = {
  names: ['base', 'tuned'],
  rows: 24,
  metrics: [
    {
      metric: 'loss',
      definition: 'loss',
      better: 'lower',
      rows: 24,
      values: [2.5, 2.6],
      against: [between(-0.1, 0.3)],
    },
    {
      metric: 'rougeL',
      definition: 'rouge-l',
      better: 'higher',
      rows: 24,
      values: [0.2, 0.5],
      against: [between(0.1, 0.5)],
    },
    {
      metric: 'stopped',
      definition: 'stopped',
      better: 'higher',
      rows: 24,
      values: [1, 0.5],
      against: [between(-0.7, -0.3)],
    },
    {
      metric: 'perplexity',
      definition: 'perplexity',
      better: 'lower',
      rows: 24,
      values: [12, 13.5],
      against: [null],
    },
  ],
  samples: [],
};
const objection = (metric: string, demand: object, by: 'value' | 'interval' = 'value') =>
  judge(report, { [metric]: { tolerance: 0, ...demand } }, by)[0]?.objection;

describe('judge', () => {
  it.each([
    ['lower is better and it rose', 'loss', {}, 'is worse by 0.1'],
    ['higher is better and it fell', 'stopped', {}, 'is worse by 0.5'],
    ['it rose by more than allowed', 'loss', { tolerance: 0.05 }, 'is worse by 0.1, and 0.05 is allowed'],
    ['it is above its bound', 'perplexity', { tolerance: 9, atMost: 13 }, 'is above 13'],
    ['it is below its bound', 'rougeL', { atLeast: 0.6 }, 'is below 0.6'],
  ])('objects when %s', (_, metric, demand, sentence) => {
    expect(objection(metric, demand)).toBe(sentence);
  });

  it.each([
    ['it became better', 'rougeL', {}],
    ['it is worse by no more than allowed', 'loss', { tolerance: 0.2 }],
    ['it is within its bounds', 'rougeL', { atLeast: 0.5, atMost: 0.5 }],
  ])('lets a metric pass when %s', (_, metric, demand) => {
    expect(objection(metric, demand)).toBeUndefined();
  });

  it('by the interval objects only when all of it is worse', () => {
    expect(objection('loss', {}, 'interval')).toBeUndefined();
    expect(objection('stopped', {}, 'interval')).toBe('is worse by 0.3');
  });

  it('by the interval takes the value where there is none', () => {
    expect(objection('perplexity', {}, 'interval')).toBe('is worse by 1.5');
  });
});

describe('gate', () => {
  const adapter = { 'adapter_model.safetensors': 'tensors', 'adapter_config.json': '{"r": 8}' };
  const run = (params: object, given: Report = report) =>
    runJob(implementation, {
      stage: gate,
      inputs: { report: { 'report.json': JSON.stringify(given) }, adapter },
      params,
    });

  it('lets the adapter pass, byte for byte', async () => {
    const done = await run({ metrics: { rougeL: {} } });
    for (const [file, content] of Object.entries(adapter))
      expect(await done.text('adapter', file)).toBe(content);
  });

  it('says no when a metric is worse, and by how much', async () => {
    await expect(run({ metrics: { loss: {}, rougeL: {}, stopped: {} } })).rejects.toMatchObject({
      reason: 'gate',
      message:
        'loss of tuned is worse by 0.1 (base 2.5, tuned 2.6); stopped of tuned is worse by 0.5 (base 1, tuned 0.5)',
    });
  });

  it('watches the loss unless told otherwise', async () => {
    await expect(run({})).rejects.toMatchObject({ reason: 'gate' });
  });

  it('refuses a metric that the report does not hold', async () => {
    await expect(run({ metrics: { bleu: {} } })).rejects.toMatchObject({
      reason: 'user-error',
      message: 'the report holds no metric bleu',
      hint: 'it holds loss, rougeL, stopped, perplexity',
    });
  });

  it('refuses a report of one evaluation', async () => {
    await expect(run({}, { ...report, names: ['base'] })).rejects.toMatchObject({ reason: 'bad-input' });
  });
});
