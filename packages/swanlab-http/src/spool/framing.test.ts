import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockSize, headerSize } from './framing.ts';
import type { ReadEnd } from './reader.ts';
import { SpoolReader } from './reader.ts';
import { SpoolWriter } from './writer.ts';

let folder = '';
let count = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'framing-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function write(records: readonly Uint8Array[]): string {
  const path = join(folder, `${(count += 1)}.swanlab`);
  const writer = new SpoolWriter(path);
  for (const record of records) expect(writer.append(record)).toBe(true);
  writer.close();
  return path;
}

function read(path: string): { records: Buffer[]; ended: ReadEnd | undefined; position: number } {
  const reader = new SpoolReader(path);
  const records: Buffer[] = [];
  for (let payload = reader.next(); payload !== undefined; payload = reader.next())
    records.push(Buffer.from(payload));
  const { ended, position } = reader;
  reader.close();
  return { records, ended, position };
}

const pattern = Buffer.from(Array.from({ length: 251 }, (_, at) => (at * 7) % 251));
const filled = (size: number) => Buffer.alloc(size, pattern);
const firstRoom = blockSize - 2 * headerSize;

test('the file begins with :SWL, the magic number and version 2', () => {
  expect(readFileSync(write([])).toString('hex')).toBe('3a53574cd6e102');
});

test('a chunk is checksum, length, type and data', () => {
  // The checksum is zlib.crc32(b'abc', zlib.crc32(b'\x01')) of Python.
  expect(
    readFileSync(write([Buffer.from('abc')]))
      .subarray(headerSize)
      .toString('hex'),
  ).toBe('a9209d53030001616263');
});

describe('around the end of a block', () => {
  test.each([-8, -7, -6, -1, 0, 1, 2, 7, 8])(
    'a record that ends %i bytes from the end is read back, and the one after it',
    (offset) => {
      const records = [filled(firstRoom + offset), filled(100)];
      expect(read(write(records))).toMatchObject({ records, ended: 'end' });
    },
  );

  test('fewer than seven bytes before the end are zeros', () => {
    const path = write([filled(firstRoom - 3), filled(1)]);
    expect([...readFileSync(path).subarray(blockSize - 3, blockSize)]).toEqual([0, 0, 0]);
  });

  test('with exactly seven bytes left a record begins there, with no data yet', () => {
    const path = write([filled(firstRoom - headerSize), filled(5)]);
    const chunk = readFileSync(path).subarray(blockSize - headerSize, blockSize);
    expect(chunk.readUInt16LE(4)).toBe(0);
    expect(chunk[6]).toBe(2);
    expect(read(path).records[1]).toEqual(filled(5));
  });

  test('a record of several blocks is first, middle and last', () => {
    const records = [filled(3 * blockSize), filled(0), filled(10)];
    expect(read(write(records))).toMatchObject({ records, ended: 'end' });
  });

  test('records of any sizes come back as they were', () => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 32_700, max: 32_800 }), fc.nat(70_000)), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(sizes, (given) => {
        const records = given.map((size) => filled(size));
        const result = read(write(records));
        expect(result.records.map((record, at) => record.equals(records[at] as Buffer))).toEqual(
          records.map(() => true),
        );
        expect(result.ended).toBe('end');
      }),
      { numRuns: 20 },
    );
  });
});

describe('a damaged log', () => {
  const records = [filled(50), filled(40_000), filled(60)];

  test('cut anywhere, it gives the records before the cut and says that it breaks off', () => {
    const whole = write(records);
    const bytes = readFileSync(whole);
    const ends = [headerSize, headerSize + 57, read(whole).position - 67];
    for (const length of [
      8,
      13,
      14,
      60,
      64,
      70,
      32_768,
      32_770,
      40_000,
      bytes.length - 70,
      bytes.length - 1,
    ]) {
      const path = join(folder, `cut-${length}.swanlab`);
      writeFileSync(path, bytes.subarray(0, length));
      const result = read(path);
      const complete = ends.slice(1).filter((end) => end <= length).length;
      expect(result.records).toEqual(records.slice(0, complete));
      expect(result.ended).toBe(ends.includes(length) ? 'end' : 'truncated');
    }
  });

  test('a flipped bit ends it before the record that has it', () => {
    const whole = readFileSync(write(records));
    for (const at of [
      headerSize,
      headerSize + 4,
      headerSize + 6,
      headerSize + 20,
      500,
      33_000,
      whole.length - 5,
    ]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x10;
      const path = join(folder, `flip-${at}.swanlab`);
      writeFileSync(path, bytes);
      const result = read(path);
      expect(result.ended).toBe('corrupt');
      const damaged = at < 64 ? 0 : at > whole.length - 67 ? 2 : 1;
      expect(result.records).toEqual(records.slice(0, damaged));
    }
  });

  test('a last chunk without a first is no record', () => {
    const path = write([filled(1)]);
    const orphan = Buffer.from([0, 0, 0, 0, 1, 0, 4, 65]);
    appendFileSync(path, orphan);
    expect(read(path)).toMatchObject({ ended: 'corrupt', records: [filled(1)] });
  });

  test('other files and other versions are told apart', () => {
    const path = write([]);
    const bytes = readFileSync(path);
    bytes[6] = 1;
    writeFileSync(path, bytes);
    expect(() => new SpoolReader(path)).toThrow(expect.objectContaining({ code: 'log-version' }));
    writeFileSync(path, 'not a log at all');
    expect(() => new SpoolReader(path)).toThrow(expect.objectContaining({ code: 'not-a-record-log' }));
    truncateSync(path, 0);
    expect(() => new SpoolReader(path)).toThrow(expect.objectContaining({ code: 'not-a-record-log' }));
  });
});

describe('a log that is being written', () => {
  test('is read up to what was flushed, and on from there', () => {
    const path = join(folder, 'live.swanlab');
    const writer = new SpoolWriter(path);
    writer.append(filled(10));
    writer.flush();
    const follower = new SpoolReader(path);
    follower.allow(writer.flushed);
    expect(follower.next()).toEqual(filled(10));
    expect(follower.next()).toBeUndefined();
    writer.append(filled(40_000));
    writer.append(filled(20));
    writer.flush();
    follower.allow(writer.flushed);
    expect(follower.next()?.length).toBe(40_000);
    const place = follower.position;
    expect(follower.next()).toEqual(filled(20));
    const later = new SpoolReader(path, place);
    expect(later.next()).toEqual(filled(20));
    for (const open of [follower, later]) open.close();
    writer.close();
  });

  test('an existing file is never written into', () => {
    const path = write([filled(1)]);
    expect(() => new SpoolWriter(path)).toThrow(/EEXIST/);
  });

  test('after closing nothing is taken any more', () => {
    const path = join(folder, 'closed.swanlab');
    const writer = new SpoolWriter(path);
    writer.close();
    expect(writer.append(filled(1))).toBe(false);
    expect(writer.reserve(100)).toBeUndefined();
    expect(() => writer.close()).not.toThrow();
  });
});
