import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256 } from './digest.ts';
import type { HashedFile } from './file.ts';
import { createStatCache } from './stat-cache.ts';

function createFiles(): { folder: string; file: string; cacheFile: string } {
  const folder = mkdtempSync(join(tmpdir(), 'temper-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'with "quotes"\nand lines');
  writeFileSync(file, 'one');
  return { folder, file, cacheFile: join(folder, 'index', 'stat') };
}

/** The file as it would have been read some time after its last change. */
function readLater(file: string, milliseconds: number): HashedFile {
  const stat = lstatSync(file, { bigint: true });
  return { digest: sha256('one'), stat, readAt: Number(stat.ctimeNs / 1_000_000n) + milliseconds };
}

test('a digest is remembered across processes while the file stays as it was', () => {
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  cache.set(file, readLater(file, 5000));
  cache.save();
  const again = createStatCache(cacheFile);
  expect(again.get(file, lstatSync(file, { bigint: true }))).toBe(sha256('one'));
  expect(again.get(`${file}2`, lstatSync(file, { bigint: true }))).toBeUndefined();
});

test('a file whose size and mtime were put back is another file', () => {
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  const before = readLater(file, 5000);
  cache.set(file, before);
  // Each write has a ctime of its own once the clock of the file system has moved on.
  do {
    writeFileSync(file, 'two');
    utimesSync(file, before.stat.atime, before.stat.mtime);
  } while (lstatSync(file, { bigint: true }).ctimeNs === before.stat.ctimeNs);
  expect(cache.get(file, lstatSync(file, { bigint: true }))).toBeUndefined();
});

test('a file that was read in the same tick as it was written is not relied on', () => {
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  cache.set(file, readLater(file, 0));
  expect(cache.get(file, lstatSync(file, { bigint: true }))).toBeUndefined();
});

test('where time stamps are whole seconds, two seconds must have passed', () => {
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  const stat = lstatSync(file, { bigint: true });
  const coarse = Object.assign(Object.create(Object.getPrototypeOf(stat) as object) as typeof stat, stat, {
    mtimeNs: 1_700_000_000_000_000_000n,
    ctimeNs: 1_700_000_000_000_000_000n,
  });
  cache.set(file, { digest: sha256('one'), stat: coarse, readAt: 1_700_000_001_999 });
  expect(cache.get(file, coarse)).toBeUndefined();
  cache.set(file, { digest: sha256('one'), stat: coarse, readAt: 1_700_000_002_001 });
  expect(cache.get(file, coarse)).toBe(sha256('one'));
});

test('a file with a time in the future is never relied on', () => {
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  cache.set(file, readLater(file, -60_000));
  expect(cache.get(file, lstatSync(file, { bigint: true }))).toBeUndefined();
});

test.each([
  ['cut short', (text: string) => text.slice(0, -3)],
  ['edited', (text: string) => text.replace(/\n[0-9a-f]/, '\nz')],
  ['of another version', (text: string) => text.replace('/2 ', '/1 ')],
  ['empty', () => ''],
])('a cache file that is %s is an empty cache', async (_how, spoil) => {
  const { readFileSync } = await import('node:fs');
  const { file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  cache.set(file, readLater(file, 5000));
  cache.save();
  writeFileSync(cacheFile, spoil(readFileSync(cacheFile, 'utf8')));
  expect(createStatCache(cacheFile).get(file, lstatSync(file, { bigint: true }))).toBeUndefined();
});

test('saving leaves one file, and nothing where nothing is new', () => {
  const { folder, file, cacheFile } = createFiles();
  const cache = createStatCache(cacheFile);
  cache.save();
  expect(existsSync(cacheFile)).toBe(false);
  cache.set(file, readLater(file, 5000));
  cache.save();
  expect(readdirSync(join(folder, 'index'))).toEqual(['stat']);
});

test('a file is read when the cache does not know it', async () => {
  const { file, cacheFile } = createFiles();
  expect(await createStatCache(cacheFile).digest(file)).toBe(sha256('one'));
});
