import { width } from './width.ts';
import { describe, expect, it } from 'vitest';
import { fit, linesTaken, pad, wrap } from './columns.ts';
import { table } from './table.ts';

describe('wrap', () => {
  it('leaves what fits alone', () => {
    expect(wrap('/exit           leave', 21)).toBe('/exit           leave');
    expect(wrap('a file has no width', Infinity)).toBe('a file has no width');
  });

  it('breaks between words, and lets the rest stand where the words began', () => {
    expect(wrap('/new            begin a new conversation', 36, 16)).toBe(
      '/new            begin a new\n                conversation',
    );
    expect(wrap('begin a new conversation', 12, 16)).toBe('begin a new\nconversation');
  });

  it('breaks between Chinese characters, and before no comma', () => {
    expect(wrap('列出命令，停止回答', 8)).toBe('列出命\n令，停止\n回答');
    expect(wrap('/help 列出命令；Ctrl-C 停止回答', 16)).toBe('/help 列出命令；\nCtrl-C 停止回答');
  });
});

describe('fit', () => {
  it('leaves what fits alone', () => {
    expect(fit('lora-sft', 8)).toBe('lora-sft');
  });

  it('cuts with an ellipsis, and never in the middle of a wide character', () => {
    expect(fit('lora-sft', 5)).toBe('lora…');
    expect(fit('微调模型', 8)).toBe('微调模型');
    expect(fit('微调模型', 7)).toBe('微调模…');
    expect(fit('微调模型', 6)).toBe('微调…');
  });

  it('takes an emoji of several code points for one character', () => {
    expect(fit('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
    expect(fit('🇨🇳🇨🇳🇨🇳', 4)).toBe('🇨🇳…');
  });

  it('counts colours as nothing and ends them', () => {
    expect(fit('\u001b[36mabcdef\u001b[39m', 6)).toBe('\u001b[36mabcdef\u001b[39m');
    expect(fit('\u001b[36mabcdef\u001b[39m', 4)).toBe('\u001b[36mabc…\u001b[0m');
  });

  it('is never wider than it may be', () => {
    for (let cells = 1; cells < 24; cells++)
      expect(width(fit('模型 model 🚀 👩‍👩‍👧 \u001b[1m粗体\u001b[22m', cells))).toBeLessThanOrEqual(cells);
  });
});

describe('pad', () => {
  it('fills up to cells, not to characters', () => {
    expect(pad('步骤', 6)).toBe('步骤  ');
    expect(pad('long', 2)).toBe('long');
  });
});

describe('linesTaken', () => {
  it('is one for an empty line and grows where a line wraps', () => {
    expect([0, 1, 40, 41, 80].map((cells) => linesTaken(cells, 40))).toEqual([1, 1, 1, 2, 2]);
  });
});

describe('table', () => {
  const rows = [
    ['  evaluate:之前', 'ran', 'evaluation 12.0 KiB', 'training.learningRate 0.005 → 0.002, code of score'],
    ['  merge', 'reused', 'model 256.6 MiB'],
  ];

  it('lines columns up by cells', () => {
    expect(table(rows)).toEqual([
      '  evaluate:之前  ran     evaluation 12.0 KiB  training.learningRate 0.005 → 0.002, code of score',
      '  merge          reused  model 256.6 MiB',
    ]);
  });

  it('cuts the last column of a terminal that is too narrow', () => {
    const lines = table(rows, 60);
    expect(lines[0]).toBe('  evaluate:之前  ran     evaluation 12.0 KiB  training.lear…');
    expect(lines.every((line) => width(line) <= 60)).toBe(true);
  });
});
