import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HubError } from '../error.ts';
import { openRows } from './open.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-rows-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function open(name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  await writeFile(path, content);
  return openRows(path, name);
}

async function rowsOf(name: string, content: string | Uint8Array) {
  const rows = [];
  for await (const row of (await open(name, content)).rows) rows.push(row);
  return rows;
}

async function refusal(name: string, content: string | Uint8Array): Promise<HubError> {
  const error = await rowsOf(name, content).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw new Error('it was not refused by a HubError', { cause: error });
}

const two = [
  { text: '你好', n: 1 },
  { text: 'a "quoted", b', n: 2 },
];
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'text', data: two.map(({ text }) => text), type: 'STRING' },
      { name: 'n', data: two.map(({ n }) => BigInt(n)), type: 'INT64' },
    ],
  }),
);

describe('every format gives the same rows, packed or not', () => {
  it.each([
    ['json', JSON.stringify(two, undefined, 2)],
    ['jsonl', two.map((row) => JSON.stringify(row)).join('\r\n')],
    ['parquet', parquet],
  ])('%s', async (extension, content) => {
    expect((await rowsOf(`rows.${extension}`, content)).map(({ row }) => row)).toEqual(two);
    expect((await rowsOf(`rows.${extension}.gz`, gzipSync(content))).map(({ row }) => row)).toEqual(two);
  });

  it('csv, where every value is a text', async () => {
    const content = 'text,n\r\n你好,1\r\n"a ""quoted"", b",2\r\n';
    const texts = two.map(({ text, n }) => ({ text, n: String(n) }));
    expect((await rowsOf('rows.csv', content)).map(({ row }) => row)).toEqual(texts);
    expect((await rowsOf('rows.csv.gz', gzipSync(content))).map(({ row }) => row)).toEqual(texts);
  });
});

it('a row says where it begins', async () => {
  const places = async (name: string, content: string | Uint8Array) =>
    (await rowsOf(name, content)).map(({ number, where }) => [number, where]);
  expect(await places('a.json', '[\n  {"a": 1},\n  {"a":\n 2}, 3]')).toEqual([
    [1, 'a.json:2:3'],
    [2, 'a.json:3:3'],
    [3, 'a.json:4:6'],
  ]);
  expect(await places('a.jsonl', '{}\n\n{}\n')).toEqual([
    [1, 'a.jsonl:1:1'],
    [2, 'a.jsonl:3:1'],
  ]);
  expect(await places('a.csv', 'a,b\n"x\ny",1\nz,2\n')).toEqual([
    [1, 'a.csv:2:1'],
    [2, 'a.csv:4:1'],
  ]);
  expect(await places('a.parquet', parquet)).toEqual([
    [1, 'a.parquet row 1'],
    [2, 'a.parquet row 2'],
  ]);
});

it('characters that lie across pieces of the file, and brackets in texts, do no harm', async () => {
  const rows = Array.from({ length: 4000 }, (_, at) => ({ text: `第${at}行 ]}"\\ 😀`.repeat(5) }));
  expect((await rowsOf('a.json', JSON.stringify(rows))).map(({ row }) => row)).toEqual(rows);
});

it('an empty array has no rows', async () => {
  expect(await rowsOf('a.json', ' [ ] \n')).toEqual([]);
});

describe('a slip that leaves no doubt is passed over and said', () => {
  it.each([
    ['a.json', '\ufeff[1]', 'a.json begins with a byte order mark; it was left out'],
    ['a.csv', '\ufeffa\n1\n', 'a.csv begins with a byte order mark; it was left out'],
    ['a.json', '{"a": 1}\n{"a": 2}\n', 'a.json has one object on each line, so it is read as JSON lines'],
    ['a.jsonl', '[\n1]', 'a.jsonl is one JSON array, so it is not read line by line'],
    ['a.json', gzipSync('[1]'), 'a.json is packed with gzip, though its name does not end in .gz'],
  ])('%s %j', async (name, content, notice) => {
    const { notices, rows } = await open(name, content);
    expect(notices.map(({ text }) => text)).toEqual([notice]);
    for await (const { row } of rows) expect(JSON.stringify(row)).not.toContain('\ufeff');
  });
});

describe('what is wrong is said with its place', () => {
  it.each([
    ['a.json', '[{"a": 1},\n {"a" 2}]', 'a.json:2:7: row 2: expected ":"'],
    ['a.json', '[{"a": 1}\n {"a": 2}]', 'a.json:2:2: expected "," or "]" after row 1'],
    ['a.json', '[1,\n]', 'a.json:2:1: row 2: expected a value'],
    ['a.json', '[{"a": 1},\n{"a": "x', 'a.json:2:9: the file ends within row 2, which begins at a.json:2:1'],
    ['a.json', '[1, 2', 'a.json:1:6: the file ends within row 2, which begins at a.json:1:5'],
    ['a.json', '[1] [2]', 'a.json:1:5: something follows the end of the array'],
    ['a.json', '{"data":\n []}', 'a.json:1:1: a JSON file of rows begins with "[", and this one does not'],
    ['a.jsonl', '{}\n{"a": 1', 'a.jsonl:2:8: row 2: the line ends within a value'],
    ['a.csv', 'a,b\n1,2\n3\n', 'a.csv:3:1: row 2 has 1 value for 2 columns'],
    ['a.csv', 'a,b\n1,"2\n', 'a.csv:2:1: row 1 has a quote that is not closed'],
    ['a.json', '[{"a": {"b": 1,\n"b": 2}}]', 'a.json:2:1: row 1: the key "b" stands twice in one object'],
    ['a.jsonl', '{}\n{"a": 1, "a": 1}', 'a.jsonl:2:10: row 2: the key "a" stands twice in one object'],
    [
      'a.csv',
      'a;b\n1;2\n',
      'a.csv:1:1: there is one column, and its name holds ";": the values seem to be separated by it',
    ],
    [
      'a.csv',
      'a\tb\n1\t2\n',
      'a.csv:1:1: there is one column, and its name holds tabs: the values seem to be separated by it',
    ],
    [
      'a.tsv',
      'a,b\n1,2\n',
      'a.tsv:1:1: there is one column, and its name holds ",": the values seem to be separated by it',
    ],
    ['a.json', 'PK\u0003\u0004', 'a.json is a zip archive or an Excel workbook, not rows'],
    ['a.xlsx', 'PK\u0003\u0004', 'a.xlsx is a zip archive or an Excel workbook, not rows'],
    ['a.csv', 'a,b,a\n', 'a.csv:1:1: columns 1 and 3 are both named "a"'],
    ['a.json', '<!DOCTYPE html>', 'a.json is a web page, not data: it begins with `<`'],
    [
      'a.json',
      'version https://git-lfs.github.com/spec/v1\n',
      'a.json is a Git LFS pointer, not the rows themselves',
    ],
    ['a.json', '', 'a.json is empty'],
    ['a.json.json', '[]', 'a.json.json ends twice in .json'],
    ['a.parquet', 'none', 'a.parquet is named .parquet and is none: it does not begin with "PAR1"'],
    ['a.txt', 'x', 'a.txt does not tell its format by its name'],
  ])('%s %j', async (name, content, message) => {
    const error = await refusal(name, content);
    expect(error.message).toBe(message);
    expect(error.hint).not.toBe('');
  });

  it('another encoding, by its first byte and with a guess', async () => {
    const gbk = new Uint8Array([...Buffer.from('["'), 0xc4, 0xe3, 0xba, 0xc3, ...Buffer.from('"]')]);
    const error = await refusal('a.json', gbk);
    expect(error.message).toBe('a.json is not UTF-8: the byte at offset 2 does not belong there');
    expect(error.hint).toContain('it looks like GBK: convert it with `iconv -f GB18030 -t UTF-8 a.json');
  });

  it.each([
    ['UTF-16', 'two', Buffer.from('\ufeff[1]', 'utf16le')],
    ['UTF-16', 'two', Buffer.from('\ufeff[1]', 'utf16le').swap16()],
    ['UTF-16LE', 'four', Buffer.from('["你"]', 'utf16le')],
    ['UTF-16BE', 'four', Buffer.from('["你"]', 'utf16le').swap16()],
    ['UTF-32', 'four', Buffer.from([0xff, 0xfe, 0, 0, 0x5b, 0, 0, 0, 0x5d, 0, 0, 0])],
  ])('%s, by its first %s bytes', async (encoding, bytes, content) => {
    const error = await refusal('a.json', content);
    expect(error.message).toBe(`a.json is ${encoding}, as its first ${bytes} bytes say`);
    expect(error.hint).toBe(`convert it with \`iconv -f ${encoding} -t UTF-8 a.json > converted\``);
  });

  it('bytes in a parquet file are a text where they are UTF-8, and refused where they are not', async () => {
    const withBytes = (data: Uint8Array[]) =>
      new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'text', data, type: 'BYTE_ARRAY' }] }));
    const rows = await rowsOf('a.parquet', withBytes([Buffer.from('你好')]));
    expect(rows.map(({ row }) => row)).toEqual([{ text: '你好' }]);
    expect((await refusal('a.parquet', withBytes([Buffer.from([0xff, 0xd8])]))).message).toBe(
      'a.parquet row 1: it holds raw bytes, which are no part of a text row',
    );
  });

  it('a packed file that was cut', async () => {
    const packed = gzipSync(JSON.stringify(Array.from({ length: 9000 }, (_, at) => at ** 3)));
    expect(await refusal('a.json.gz', packed.subarray(0, -2000))).toMatchObject({ reason: 'bad-archive' });
  });

  it('a parquet file that was cut', async () => {
    const error = await refusal('a.parquet', parquet.subarray(0, -20));
    expect(error.message).toMatch(/^a\.parquet: it is not a readable parquet file: /);
  });

  it('a missing file whose name has its extension twice, or once too few', async () => {
    await writeFile(join(folder, 'a.json'), '[]');
    await writeFile(join(folder, 'b.json.json'), '[]');
    await expect(openRows(join(folder, 'a.json.json'), 'a.json.json')).rejects.toThrow(
      'There is no file a.json.json, but there is a.json in its place',
    );
    await expect(openRows(join(folder, 'b.json'), 'b.json')).rejects.toThrow(
      'but there is b.json.json in its place',
    );
  });
});
