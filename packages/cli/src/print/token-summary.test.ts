import { createColors } from './colors.ts';
import { width } from './width.ts';
import { describe, expect, it } from 'vitest';
import { markedLines } from './marked.ts';
import { tokenSummaryLines, type TokenSummary } from './token-summary.ts';

const none = { rows: 0, examples: [] };
const train: TokenSummary['train'] = {
  rows: 760,
  truncated: 19,
  dropped: 2,
  tokens: 56_210,
  learnedTokens: 25_513,
  lengths: { p50: 61, p95: 154, longest: 283, histogram: { width: 128, rows: [676, 83, 1] } },
  findings: {
    repeatedPrompts: {
      rows: 3,
      examples: ['8e8f6440d6993fc3', '26d2bd75b460a770', '0'],
      texts: ['列出两个近义词。', '把 60 分解质因数。', 'x'],
    },
    emptyAnswers: none,
    unfilledBraces: {
      rows: 1,
      examples: ['ab98db29f6a2073d'],
      lines: [1203],
      texts: [`I am \u001b[2J{{name}}, ${'and so on '.repeat(7)}`],
    },
    // A run of an earlier version kept no texts.
    echoedPrompts: { rows: 1, examples: ['0b3aa97bb604158d'] },
  },
  languages: { chinese: 0.9, mixed: 0.1 },
};
const text = '[gMASK]<sop><|user|>\n列出两个与“爱护”意思相近的词。<|assistant|>\n爱惜、呵护<|user|>';
const summary: TokenSummary = {
  template: { name: 'glm4', rowsCompared: 803 },
  maxLength: 256,
  train,
  test: {
    ...train,
    rows: 43,
    truncated: 0,
    dropped: 0,
    tokens: 3755,
    learnedTokens: 1656,
    findings: {},
    languages: { chinese: 1 },
  },
  samples: Array.from({ length: 32 }, (_, at) => ({
    split: at < 30 ? ('train' as const) : ('test' as const),
    id: String(at).padStart(16, '0'),
    text,
    learned: [[50, 64] as const],
    tokens: 32,
    truncated: false,
  })),
};
const long = `[gMASK]<sop><|user|>${Array.from({ length: 17 }, (_, at) => `\n${at + 1}`).join('')}<|assistant|>\n18<|user|>`;
const samplesWithALongOne = summary.samples.slice(0, 4).map((sample, at) =>
  at === 1
    ? {
        ...sample,
        text: long,
        learned: [[long.indexOf('\n18'), long.length] as const],
        tokens: 2000,
        truncated: true,
      }
    : sample,
);
const plain = { colors: createColors(false), columns: 80 };
const options = { language: 'en', all: false, command: 'temper show 3 tokenize --samples' } as const;

describe('the preview of tokenized rows', () => {
  it.each([
    ['en', true, 741, 'all 741 whole rows teach to end with <|user|>, at which generation stops'],
    ['en', false, 700, '700 of 741 whole rows teach to end with <|user|>, at which generation does not stop'],
    ['zh', false, 741, '741 行完整的行里全部教模型以 <|user|> 结尾，生成不在它那里停下'],
  ] as const)('says in %s whether generation stops where answers end: %s', (language, stops, rows, line) => {
    const end = { token: '<|user|>', rows, of: 741, stops };
    const lines = tokenSummaryLines(
      { ...summary, end },
      { ...plain, columns: 100 },
      { ...options, language },
    );
    expect(lines[1]).toBe(`  ${line}`);
  });

  it('says how long rows are, what is cut, dropped and learned, what looks wrong, and shows some', () => {
    expect(tokenSummaryLines({ ...summary, samples: samplesWithALongOne }, plain, options).join('\n')).toBe(`\
  written by the template glm4, equal to the model's own on all 803 rows

                                           train            test
  rows                                       760              43
  cut at 256                          19 (2.5 %)               0
  dropped: no answer within 256        2 (0.3 %)               0
  tokens                                  56,210           3,755
  of them learned                25,513 (45.4 %)  1,656 (44.1 %)
  half are shorter than                       61              61
  95 % are shorter than                      154             154
  longest                                    283             283
  in Chinese                              90.0 %         100.0 %
  in both                                 10.0 %           0.0 %

  tokens of a training row
    0–127  676  ██████████████████████████████████████████████████
  128–255   83  ██████
  256–383    1  █  cut from 257

  to look at
  train: 3 rows with a prompt that stood before
    8e8f6440d6993fc3  列出两个近义词。
    26d2bd75b460a770  把 60 分解质因数。
  train: 1 row with braces that nobody filled in
    ab98db29f6a2073d, line 1,203  I am ·[2J{{name}}, and so on and so on and so…
  train: 1 row with the prompt as the answer
    0b3aa97bb604158d

  3 of 4 samples; what is learned is marked

  0000000000000000  train, 32 tokens
    [gMASK]<sop><|user|>
    列出两个与“爱护”意思相近的词。<|assistant|>⟦
    爱惜、呵护<|user|>⟧

  0000000000000001  train, 2,000 tokens, cut
    [gMASK]<sop><|user|>
    1
    2
    3
    … 7 more lines
    11
    12
    13
    14
    15
    16
    17<|assistant|>⟦
    18<|user|>⟧

  0000000000000002  train, 32 tokens
    [gMASK]<sop><|user|>
    列出两个与“爱护”意思相近的词。<|assistant|>⟦
    爱惜、呵护<|user|>⟧

  all of them: temper show 3 tokenize --samples`);
  });

  it('is not pressed together by one row of a whole book', () => {
    const lengths = { ...train.lengths, longest: 9012, histogram: { width: 200, rows: [700, 50, 9, 0, 1] } };
    const lines = tokenSummaryLines({ ...summary, train: { ...train, lengths } }, plain, options);
    const at = lines.indexOf('  tokens of a training row');
    expect(lines.slice(at + 1, at + 6).map((line) => line.replace(/█+/, '█'))).toEqual([
      '      0–199  700  █',
      '    200–399   50  █  cut from 257',
      '    400–599    9  █  cut',
      '    600–799    0',
      '  800–9,012    1  █  cut',
    ]);
  });

  it.each(['en', 'zh'] as const)(
    'fits into 80 columns in %s, Chinese characters counted as two',
    (language) => {
      for (const all of [true, false]) {
        const lines = tokenSummaryLines(summary, plain, { ...options, language, all });
        expect(lines.filter((line) => width(line) > 80)).toEqual([]);
        expect(lines.filter((line) => line.includes('<|assistant|>'))).toHaveLength(all ? 32 : 3);
      }
    },
  );
});

describe('a marked text', () => {
  it('is counted in code points, as Python counts, and folded without losing a mark', () => {
    expect(
      markedLines(
        '😀问\nab',
        [
          [1, 2],
          [3, 5],
        ],
        5,
        createColors(false),
      ),
    ).toEqual(['😀⟦问', '⟧', '⟦ab⟧']);
  });

  it('is marked by colour line by line where there are colours', () => {
    const green = (piece: string) => `\u001b[32m${piece}\u001b[39m`;
    expect(markedLines('ab\ncd', [[1, 4]], 80, createColors(true))).toEqual([
      `a${green('b')}`,
      `${green('c')}d`,
    ]);
  });

  it('moves no cursor', () => {
    expect(markedLines('a\u001b[2Jb\r', [], 80, createColors(false))).toEqual(['a·[2Jb·']);
  });
});
