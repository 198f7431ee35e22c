import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRows, writeRows } from './rows.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-rows-'));
  path = join(folder, 'rows.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function all(): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of readRows(path)) rows.push(row);
  return rows;
}

it('rows come back as they were written, one a line, keys in their order', async () => {
  const rows = [
    { b: 1, a: '训练\n🚀' },
    { list: [null, true, { x: -0.5 }] },
    { absent: undefined, there: '' },
  ];
  await writeRows(path, rows);
  expect(await readFile(path, 'utf8')).toBe(
    '{"b":1,"a":"训练\\n🚀"}\n{"list":[null,true,{"x":-0.5}]}\n{"there":""}\n',
  );
  expect(await all()).toEqual([rows[0], rows[1], { there: '' }]);
});

it('rows longer than any buffer, and a last line without its end, are read', async () => {
  const long = { text: '训'.repeat(400_000) };
  await writeFile(path, `${JSON.stringify(long)}\n{"n":2}`);
  expect(await all()).toEqual([long, { n: 2 }]);
});

it('rows are taken from a generator one by one', async () => {
  async function* many(): AsyncGenerator<{ n: number }> {
    for (let n = 0; n < 50_000; n++) yield await Promise.resolve({ n });
  }
  await writeRows(path, many());
  expect(await all()).toHaveLength(50_000);
});

it('a line that is not JSON is named by its number', async () => {
  await writeFile(path, '{"n":1}\n{"n":\n');
  await expect(all()).rejects.toThrow(`${path}:2 is not JSON`);
});

it.each([
  [{ score: NaN }, 'row 2.score is NaN, which JSON cannot hold'],
  [{ list: [1, Infinity] }, 'row 2.list[1] is Infinity, which JSON cannot hold'],
  [{ at: new Date(0) }, 'row 2.at is a Date, which JSON cannot hold'],
  [{ map: new Map() }, 'row 2.map is a Map, which JSON cannot hold'],
  [{ big: 1n }, 'row 2.big is a bigint, which JSON cannot hold'],
  [{ call: () => 1 }, 'row 2.call is a function, which JSON cannot hold'],
  [undefined, 'row 2 is a undefined, which JSON cannot hold'],
])('what JSON cannot say is refused with its place: %o', async (row, message) => {
  await expect(writeRows(path, [{}, row])).rejects.toThrow(message);
});
