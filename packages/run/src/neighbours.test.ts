import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { likelyName } from './neighbours.ts';

it.each([
  ['a.json.json', 'a.json'],
  ['b.csv', 'b.csv.csv'],
  ['alpca_zh.json', 'alpaca_zh.json'],
  ['A.JSON', 'a.json'],
  ['tokens', undefined],
])('%s was meant to be %s', async (asked, meant) => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-neighbours-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['a.json', 'b.csv.csv', 'alpaca_zh.json']) await writeFile(join(folder, name), '');
  expect(await likelyName(join(folder, asked))).toBe(meant);
});

it('a folder that is missing itself has no names', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-neighbours-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'data'));
  expect(await likelyName(join(folder, 'dta', 'a.json'))).toBeUndefined();
});
