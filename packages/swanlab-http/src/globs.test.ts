import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchFiles } from './globs.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'globs-'));
  mkdirSync(join(root, 'out', 'deep'), { recursive: true });
  for (const name of ['a.txt', 'b.pt', 'out/c.txt', 'out/deep/d.txt', 'out/[x].txt'])
    writeFileSync(join(root, name), name);
});
afterAll(() => rmSync(root, { recursive: true }));

const names = (pattern: string, base: string | undefined = root) =>
  matchFiles(join(root, pattern), base).map(({ name }) => name);

test('a pattern names files below its base', () => {
  expect(names('a.txt')).toEqual(['a.txt']);
  expect(names('*.txt')).toEqual(['a.txt']);
  expect(names('?.pt')).toEqual(['b.pt']);
  expect(names('**/*.txt').sort()).toEqual(['a.txt', 'out/[x].txt', 'out/c.txt', 'out/deep/d.txt']);
  expect(names('out/[a-d].txt')).toEqual(['out/c.txt']);
  expect(names('missing/*')).toEqual([]);
});

test('an absolute pattern without a base keeps its last folder', () => {
  expect(matchFiles(join(root, 'out', 'c.txt')).map(({ name }) => name)).toEqual(['out/c.txt']);
});

test('what lies outside of the base, or in a cloud, is refused', () => {
  expect(() => matchFiles(join(root, 'a.txt'), join(root, 'out'))).toThrow(
    expect.objectContaining({ code: 'outside-base' }),
  );
  expect(() => matchFiles('s3://bucket/x')).toThrow(expect.objectContaining({ code: 'cloud-address' }));
});
