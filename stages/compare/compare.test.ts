import { describe, expect, it } from 'vitest';
import { runJob } from '../test-job.ts';
import { pairedDifference } from './paired.ts';
import type { Evaluation, Generation, Report } from './report.ts';
import implementation from './run.ts';
import { compare } from './stage.ts';

const options = { resamples: 2000, seed: 42 };

describe('pairedDifference', () => {
  it('is the difference of the weighted means', () => {
    const pairs = [
      { before: 10, after: 8, weight: 4 },
      { before: 3, after: 4, weight: 1 },
    ];
    expect(pairedDifference(pairs, options)).toMatchObject({ difference: -0.2, rows: 2 });
  });

  it('has no width when every row changed alike, however different the rows', () => {
    const pairs = [1, 50, 900].map((before) => ({ before, after: before - 2, weight: 1 }));
    expect(pairedDifference(pairs, options)).toEqual({ difference: -2, low: -2, high: -2, rows: 3 });
  });

  it('agrees with the normal interval where there are many rows', () => {
    // 400 changes of which half are +1 and half −1: the mean is 0, its standard error 1/20.
    const pairs = Array.from({ length: 400 }, (_, index) => ({
      before: 0,
      after: index % 2 === 0 ? 1 : -1,
      weight: 1,
    }));
    const { low, high } = pairedDifference(pairs, options);
    expect(low).toBeGreaterThan(-1.96 / 20 - 0.012);
    expect(low).toBeLessThan(-1.96 / 20 + 0.012);
    expect(high).toBeGreaterThan(1.96 / 20 - 0.012);
    expect(high).toBeLessThan(1.96 / 20 + 0.012);
  });

  it('draws the same for the same seed', () => {
    const pairs = [1, 2, 5].map((after) => ({ before: 1, after, weight: 1 }));
    expect(pairedDifference(pairs, options)).toEqual(pairedDifference(pairs, options));
  });
});

const metric = (value: number, better: 'lower' | 'higher') => ({
  value,
  low: value,
  high: value,
  rows: 2,
  better,
  definition: 'x',
});

/** An evaluation of two rows of 4 and 6 tokens with these sums of losses. */
function evaluation(adapter: string | null, losses: readonly [number, number], stopped: readonly boolean[]) {
  const generation = (id: string, prompt: string, index: number): Generation => ({
    id,
    prompt,
    reference: 'yes',
    answer: stopped[index] === true ? 'yes' : 'well |\nwell',
    stopped: stopped[index] === true,
    scores: {},
  });
  const measured: Evaluation = {
    weights: 'w',
    adapter,
    rows: 2,
    labelledTokens: 10,
    metrics: {
      loss: metric((losses[0] + losses[1]) / 10, 'lower'),
      stopped: metric(stopped.filter(Boolean).length / 2, 'higher'),
    },
    scores: [
      { id: 'a', nll: losses[0], tokens: 4, correct: 1 },
      { id: 'b', nll: losses[1], tokens: 6, correct: 2 },
    ],
  };
  const lines = [generation('a', 'Is it\nso?', 0), generation('b', 'And now?', 1)];
  return {
    'evaluation.json': JSON.stringify(measured),
    'generations.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  };
}

describe('compare', () => {
  const before = evaluation(null, [8, 12], [false, false]);
  const after = evaluation('d', [4, 6], [true, false]);
  const run = (many: readonly Readonly<Record<string, string>>[], params: object = {}) =>
    runJob(implementation, { stage: compare, inputs: { evaluations: { many } }, params });

  it('holds every evaluation against the first, metric by metric', async () => {
    const report = await (await run([before, after])).json<Report>('report', 'report.json');
    expect(report.names).toEqual(['base', 'tuned']);
    expect(report.metrics.map(({ metric: name, values }) => [name, ...values])).toEqual([
      ['loss', 2, 1],
      ['stopped', 0, 0.5],
    ]);
    expect(report.metrics[0]?.against).toEqual([{ difference: -1, low: -1, high: -1, rows: 2 }]);
  });

  it('shows the answers side by side', async () => {
    expect(await (await run([before, after], { samples: 1 })).text('report', 'report.md')).toBe(
      [
        '# Comparison on 2 held-out rows',
        '',
        '| metric | base | tuned | tuned − base (95 %) |',
        '|---|---:|---:|---:|',
        '| loss (lower is better) | 2.0000 | 1.0000 | -1.0000 (-1.0000 … -1.0000) |',
        '| stopped (higher is better) | 0.0000 | 0.5000 | +0.5000 (0.0000 … +1.0000) |',
        '',
        '## a',
        '',
        '> Is it',
        '> so?',
        '',
        'wanted: yes',
        '',
        'base (cut off): well \\| well',
        '',
        'tuned: yes',
        '',
      ].join('\n'),
    );
  });

  it('takes more than two, and one alone', async () => {
    const three = await (await run([before, after, after])).json<Report>('report', 'report.json');
    expect(three.names).toEqual(['base', 'tuned', 'model 3']);
    expect(three.metrics[0]?.against).toHaveLength(2);
    expect((await (await run([after])).json<Report>('report', 'report.json')).names).toEqual(['first']);
  });

  it('pairs each of two answers to one prompt, which share an id, with its own', async () => {
    const shared = (files: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(files).map(([file, text]) => [file, text.replaceAll('"id":"b"', '"id":"a"')]),
      );
    const report = await (await run([shared(before), shared(after)])).json<Report>('report', 'report.json');
    expect(report.metrics.map(({ against }) => against[0])).toMatchObject([
      { difference: -1, rows: 2 },
      { difference: 0.5, rows: 2 },
    ]);
    expect(report.samples.map(({ answers }) => answers.map(({ stopped }) => stopped))).toEqual([
      [false, true],
      [false, false],
    ]);
  });

  it('refuses evaluations of different rows', async () => {
    const other = { ...after, 'evaluation.json': after['evaluation.json'].replace('"id":"b"', '"id":"c"') };
    await expect(run([before, other])).rejects.toMatchObject({
      reason: 'bad-input',
      message: 'the evaluations were made on different rows (tuned differs from the first)',
    });
  });
});
