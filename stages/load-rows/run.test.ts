import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runJob } from '../test-job.ts';
import implementation from './run.ts';
import { loadRows } from './stage.ts';

/** Runs the stage on a file of this name and content. */
async function load(path: string, content: string | Uint8Array, params: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'temper-rows-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  await writeFile(file, content);
  return runJob(implementation, {
    stage: loadRows,
    params: { from: 'file', path, ...params },
    externals: { [path]: file },
  });
}

const rows = [
  { instruction: 'Add.', input: '1 + 1', output: '2' },
  { instruction: 'Greet.', input: '', output: 'Hello' },
];

describe('load-rows from a file', () => {
  it.each([
    ['a JSON array', 'rows.json', JSON.stringify(rows)],
    ['JSON lines', 'rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')],
    ['CSV', 'rows.csv', 'instruction,input,output\nAdd.,1 + 1,2\nGreet.,,Hello\n'],
    ['gzipped JSON lines', 'rows.jsonl.gz', gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))],
  ])('reads %s', async (_, path, content) => {
    expect(await (await load(path, content)).rows('rows')).toEqual(rows);
  });

  it.each([
    ['alpaca', { instruction: 'a', output: 'b', history: [['c', 'd']] }],
    [
      'sharegpt',
      {
        conversations: [
          { from: 'human', value: 'a' },
          { from: 'gpt', value: 'b' },
        ],
        tools: '[]',
      },
    ],
    [
      'messages',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
        tools: [],
      },
    ],
  ])('tells the %s format by itself', async (format, row) => {
    const found = await load('rows.json', JSON.stringify([row]));
    const told = await load('rows.json', JSON.stringify([row]), { format });
    expect(await found.rows('rows')).toEqual([row]);
    expect(await told.rows('rows')).toEqual([row]);
  });

  it('takes an empty cell of a table for an absent field', async () => {
    const done = await load('rows.json', JSON.stringify([{ ...rows[0], system: null }]));
    expect(await done.rows('rows')).toEqual([rows[0]]);
  });

  it('does not tell the format by a column that is empty', async () => {
    const done = await load('rows.json', JSON.stringify([{ conversations: null, ...rows[0] }]));
    expect(await done.rows('rows')).toEqual([rows[0]]);
  });

  it('holds every row to the format of the first', async () => {
    const mixed = [rows[0], { messages: [] }, rows[1]];
    await expect(load('rows.json', JSON.stringify(mixed))).rejects.toThrow(
      '1 of 3 rows of rows.json does not fit the alpaca format\n  row 2: instruction: is missing',
    );
  });

  it('leaves a byte order mark out and says so', async () => {
    const done = await load('rows.json', `\ufeff${JSON.stringify(rows)}`);
    expect(done.warnings).toEqual(['byte-order-mark']);
    expect(await done.rows('rows')).toEqual(rows);
  });

  it.each([
    ['a page instead of data', 'rows.json', '<!DOCTYPE html>', /is a web page, not data: it begins with `<`/],
    ['a doubled ending', 'rows.json.json', '[]', /ends twice in \.json/],
    [
      'another encoding',
      'rows.json',
      new Uint8Array([0x5b, 0x22, 0xc4, 0xe3, 0x22, 0x5d]),
      /is not UTF-8: the byte at offset 2/,
    ],
    ['no rows', 'rows.json', '[]', /^rows\.json holds no rows$/],
    [
      'rows of no known format',
      'rows.json',
      '[{"text": "a"}]',
      /^row 1 of rows\.json is in no format that is read: it has the keys text$/,
    ],
    ['a row that is none', 'rows.json', '["a"]', /it has the value "a"$/],
    ['a row that is a list', 'rows.json', '[["a", "b"]]', /it has a list of 2 values instead of keys$/],
  ])('refuses %s', async (_, path, content, message) => {
    await expect(load(path, content)).rejects.toMatchObject({
      name: 'JobError',
      reason: 'bad-input',
      message,
    });
  });

  it('names bad rows by number, field and reason, twenty of them, and counts all', async () => {
    const bad = [
      rows[0],
      { instruction: '', output: 'a' },
      { instruction: 'a', output: 3 },
      { instruction: 'a', output: 'b', text: '' },
    ];
    await expect(load('rows.json', JSON.stringify(bad))).rejects.toMatchObject({
      message: [
        '3 of 4 rows of rows.json do not fit the alpaca format',
        '  row 2: instruction: is empty',
        '  row 3: output: takes a text, not 3',
        '  row 4: the row: `text` is not part of it',
      ].join('\n'),
      hint: 'mend or remove these rows; nothing was kept',
    });
    const many = Array.from({ length: 25 }, () => ({ instruction: 'a' }));
    await expect(load('rows.json', JSON.stringify(many))).rejects.toThrow(
      /^25 of 25 rows .*\n( {2}row \d+: output: is missing\n){20} {2}and 5 more$/,
    );
  });

  it('names the line of a row where it is another than its number', async () => {
    const bad = { instruction: 'a' };
    await expect(load('rows.jsonl', `\n\n${JSON.stringify(bad)}\n`)).rejects.toThrow(
      '\n  row 1 (line 3): output: is missing',
    );
    await expect(load('rows.json', JSON.stringify([rows[0], bad], undefined, 1))).rejects.toThrow(
      '\n  row 2 (line 7): output: is missing',
    );
    await expect(load('rows.json', JSON.stringify([rows[0], bad]))).rejects.toThrow(
      '\n  row 2: output: is missing',
    );
  });

  it('tells rows of preferences from rows with a slip', async () => {
    const turn = (from: string, value: string) => ({ from, value });
    const row = {
      conversations: [turn('human', 'a')],
      chosen: turn('gpt', 'b'),
      rejected: turn('gpt', 'c'),
    };
    await expect(load('rows.json', JSON.stringify([row]))).rejects.toMatchObject({
      hint: expect.stringMatching(/^rows with `chosen` and `rejected` are preferences: /) as unknown,
    });
  });

  it('refuses half a character, which no tokenizer takes', async () => {
    const half = { ...rows[0], history: [['a', 'b \ud83d']] };
    await expect(load('rows.json', JSON.stringify([rows[0], half]))).rejects.toMatchObject({
      message:
        '1 of 2 rows of rows.json does not fit the alpaca format\n  row 2: history.0.1: holds half of a character, a lone surrogate such as \\ud83d',
    });
    const whole = { ...rows[0], output: '\ud83d\ude00' };
    expect(await (await load('rows.json', JSON.stringify([whole]))).rows('rows')).toEqual([whole]);
  });

  it('says what the columns are where no row fits', async () => {
    await expect(load('rows.csv', 'instruction,answer\nHi,Hello\nBye,See you\n')).rejects.toMatchObject({
      message:
        '2 of 2 rows of rows.csv do not fit the alpaca format\n  row 1 (line 2): output: is missing\n  row 2 (line 3): output: is missing',
      hint: 'the first row has the keys instruction, answer: rename them, or say with `format` how the rows are laid out; nothing was kept',
    });
  });

  it('counts the turns of a conversation that is too short', async () => {
    const short = { conversations: [{ from: 'human', value: 'a' }] };
    await expect(load('rows.json', JSON.stringify([short]))).rejects.toMatchObject({
      message: expect.stringContaining('row 1: conversations: takes at least 2 items, not 1') as unknown,
      hint: 'mend or remove these rows; nothing was kept',
    });
  });
});
