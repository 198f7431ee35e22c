import { createColors } from './colors.ts';
import { describe, expect, it } from 'vitest';
import { english } from '../texts/en.ts';
import { chinese } from '../texts/zh.ts';
import { comparisonLines } from './comparison.ts';
import type { Terminal } from './terminal.ts';

const terminal = (changes: Partial<Terminal> = {}): Terminal => ({
  texts: english,
  colors: createColors(false),
  columns: Infinity,
  live: false,
  stream: () => process.stdout,
  line: () => undefined,
  json: () => undefined,
  ...changes,
});

const report = {
  names: ['base', 'tuned'],
  rows: 60,
  metrics: [
    { metric: 'loss', rows: 60, values: [1.3512, 0.0831] },
    { metric: 'perplexity', rows: 60, values: [3.86, 1.09] },
    { metric: 'stopped', rows: 24, values: [0.25, 1] },
    { metric: 'validCalls', rows: 24, values: [0, 23 / 24] },
    { metric: 'exactCalls', rows: 24, values: [0, 17 / 24] },
  ],
  samples: [
    {
      prompt: 'Let Sofia know this from me:\nwe won the game.',
      reference: '{"name": "send_message"}',
      answers: [
        { name: 'base', answer: 'I am sorry,\n\n\u001b[2Jbut …' },
        { name: 'tuned', answer: '{"name": "send_message"}' },
      ],
    },
  ],
};

describe('a comparison at the end of a run', () => {
  it('shows calls before and after, counted, with answers below each other', () => {
    expect(comparisonLines(report, terminal())).toEqual([
      '',
      '  on 60 held-out rows     base     tuned',
      '  valid calls          0 of 24  23 of 24',
      '  exact calls          0 of 24  17 of 24',
      '  loss                   1.351     0.083',
      '',
      '  Let Sofia know this from me: we won the game.',
      '    wanted  {"name": "send_message"}',
      '    base    I am sorry, ·[2Jbut …',
      '    tuned   {"name": "send_message"}',
    ]);
  });

  it('lines up in Chinese', () => {
    expect(comparisonLines(report, terminal({ texts: chinese })).slice(0, 5)).toEqual([
      '',
      '  60 条留出数据  微调前  微调后',
      '  有效调用         0/24   23/24',
      '  正确调用         0/24   17/24',
      '  损失            1.351   0.083',
    ]);
  });

  it('shows what says most of texts where nothing is called', () => {
    const metrics = report.metrics.filter(({ metric }) => !metric.endsWith('Calls'));
    expect(comparisonLines({ ...report, metrics, samples: [] }, terminal())).toEqual([
      '',
      '  on 60 held-out rows     base     tuned',
      '  loss                   1.351     0.083',
      '  stopped by itself    6 of 24  24 of 24',
    ]);
  });

  it('cuts answers to the width of the terminal', () => {
    const lines = comparisonLines(report, terminal({ columns: 30 }));
    expect(lines.at(-1)).toBe('    tuned   {"name": "send_me…');
  });
});
