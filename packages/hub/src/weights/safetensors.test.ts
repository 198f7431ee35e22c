import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createSafetensors, withHeader } from '../../../../test/rig/hub/safetensors.ts';
import { readSafetensorsHeader } from './safetensors.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-safetensors-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

it('a header gives names, types, shapes and where the data begin', async () => {
  await writeFile(path, createSafetensors({ 'a.weight': [2, 3], 'b.bias': [] }));
  const { tensors, dataStart, metadata } = await readSafetensorsHeader(path);
  expect([...tensors.keys()]).toEqual(['a.weight', 'b.bias']);
  expect(tensors.get('a.weight')).toEqual({ dtype: 'F32', shape: [2, 3], offsets: [0, 24] });
  expect(metadata).toEqual({});
  expect(dataStart).toBeGreaterThan(8);
});

it('of a file of gigabytes only the header is read', async () => {
  const elements = 1_000_000_000;
  const file = withHeader(JSON.stringify({ a: tensor(0, elements * 4) }), Buffer.alloc(0));
  await writeFile(path, file);
  await truncate(path, file.length + elements * 4);
  expect((await readSafetensorsHeader(path)).tensors.size).toBe(1);
});

describe('a header is refused that', () => {
  const data = Buffer.alloc(16);
  const length = (size: bigint) => {
    const bytes = Buffer.alloc(24);
    bytes.writeBigUInt64LE(size);
    return bytes;
  };

  it.each<[string, Buffer, string]>([
    ['is over 100 MB', length(100_000_001n), 'claims a header of 100000001 bytes, and 100000000 is the most'],
    ['is longer than the file', length(17n), 'claims a header of 17 bytes, and only 16 follow'],
    ['is missing', Buffer.alloc(3), 'has 3 bytes, too few for a header'],
    [
      'is a pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\n'),
      'is a Git LFS pointer and not the file itself',
    ],
    ['is no object', withHeader('[]', data), 'has a header that does not begin with "{"'],
    ['is no JSON', withHeader('{"a" 1}', data), 'has a header that is not JSON at byte 13: expected ":"'],
    ['has a name twice', withHeader('{"a": 1, "\\u0061": 2}', data), 'names "a" twice in its header'],
    [
      'has metadata that are no texts',
      withHeader('{"__metadata__": {"a": 1}}', data),
      'has metadata that are not texts',
    ],
  ])('%s', async (_what, file, message) => {
    await writeFile(path, file);
    await expect(readSafetensorsHeader(path)).rejects.toMatchObject({
      reason: 'bad-safetensors',
      message: `${path} ${message}`,
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'has tensors that overlap',
      { a: tensor(0, 8), b: tensor(4, 16) },
      'has "b" overlapping the tensor before it at byte 4',
    ],
    ['leaves a gap', { a: tensor(0, 4), b: tensor(8, 16) }, 'leaves bytes 4 to 8 before "b" to no tensor'],
    [
      'reaches beyond the file',
      { a: tensor(0, 20) },
      'has "a" ending at byte 20 of its data, and only 16 bytes are there',
    ],
    ['leaves bytes at the end', { a: tensor(0, 12) }, 'has 4 bytes after its last tensor'],
    ['has a shape that does not fit', { a: tensor(0, 16, [5]) }, 'gives "a" 16 bytes, and F32 [5] needs 20'],
    ['has an unknown type', { a: tensor(0, 16, [4], 'F33') }, 'gives "a" the unknown type "F33"'],
    ['has a negative size', { a: tensor(0, 16, [-4]) }, 'gives "a" a shape that is no list of sizes'],
    [
      'has offsets that are none',
      { a: { dtype: 'F32', shape: [], data_offsets: [0] } },
      'gives "a" no pair of offsets',
    ],
  ])('%s', async (_what, header, message) => {
    await writeFile(path, withHeader(JSON.stringify(header), data));
    await expect(readSafetensorsHeader(path)).rejects.toThrow(`${path} ${message}`);
  });
});
