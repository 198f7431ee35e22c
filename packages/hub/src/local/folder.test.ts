import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { examineFolder, takeFolder } from './folder.ts';

let root: string;
let source: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'temper-folder-'));
  source = join(root, 'source');
  await mkdir(join(source, 'nested'), { recursive: true });
  await writeFile(join(source, 'config.json'), '{}');
  await writeFile(join(source, 'nested/notes.txt'), 'notes');
  await writeFile(join(source, 'pytorch_model.bin'), 'pickle');
});
afterEach(() => rm(root, { recursive: true }));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const expected = [
  { path: 'config.json', size: 2, sha256: sha256('{}') },
  { path: 'nested/notes.txt', size: 5, sha256: sha256('notes') },
];

it('a folder is taken over with its digests, never by a hard link', async () => {
  const { files, left } = await takeFolder(source, join(root, 'into'));
  expect(files).toEqual(expected);
  expect(left).toEqual([{ path: 'pytorch_model.bin', why: 'pickle' }]);
  expect((await stat(join(source, 'config.json'))).nlink).toBe(1);
  await writeFile(join(source, 'config.json'), 'changed');
  expect(await readFile(join(root, 'into/config.json'), 'utf8')).toBe('{}');
});

it('a folder can be examined in place', async () => {
  expect((await examineFolder(source)).files).toEqual(expected);
});

it('a configuration that would load code is refused before anything is copied', async () => {
  await writeFile(join(source, 'config.json'), '{"auto_map": {"AutoModel": "x.Y"}}');
  await expect(takeFolder(source, join(root, 'into'))).rejects.toMatchObject({ reason: 'code-in-config' });
  await expect(stat(join(root, 'into'))).rejects.toThrow('ENOENT');
});

it('a folder that is missing, empty or a file is refused with its path', async () => {
  await mkdir(join(root, 'empty'));
  await expect(takeFolder(join(root, 'none'), root)).rejects.toThrow(/none cannot be read/);
  await expect(takeFolder(join(root, 'empty'), root)).rejects.toThrow(/empty is empty/);
  await expect(takeFolder(join(source, 'config.json'), root)).rejects.toThrow(/config\.json is not a folder/);
});
