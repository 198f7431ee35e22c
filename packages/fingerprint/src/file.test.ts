import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFile, sha256File } from './file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  0,
  1,
  256 * 1024,
  256 * 1024 + 1,
  1024 * 1024,
  3 * 1024 * 1024 - 1,
  3 * 1024 * 1024,
  3_145_729,
  9_000_001,
])('a file of %i bytes has the digest of its bytes', async (size) => {
  const bytes = Buffer.alloc(
    size,
    Uint8Array.from({ length: 251 }, (_, index) => index),
  );
  writeFileSync(join(folder, 'file'), bytes);
  expect(await sha256File(join(folder, 'file'))).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test.each([
  ['grows', 'a', null],
  ['is overwritten in place', 'r+', 0],
])('a file that %s while it is read is refused by name', async (_how, flags, position) => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(64 * 1024 * 1024));
  const file = openSync(path, flags);
  let isDone = false;
  const hashing = sha256File(path).finally(() => (isDone = true));
  const outcome = expect(hashing).rejects.toThrow(`${path} changed while it was read`);
  while (!isDone) {
    writeSync(file, 'x', position);
    await new Promise(setImmediate);
  }
  closeSync(file);
  await outcome;
});

test('what is no regular file is refused', async () => {
  await expect(sha256File(folder)).rejects.toThrow(`${folder} is not a regular file`);
});

test('the state of the file comes with the digest', async () => {
  writeFileSync(join(folder, 'file'), 'x');
  const { stat } = await hashFile(join(folder, 'file'));
  expect(stat.mtimeNs).toBe(statSync(join(folder, 'file'), { bigint: true }).mtimeNs);
});
