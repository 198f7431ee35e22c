import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtoReader, ProtoWriter, writeVarint } from './protobuf.ts';
import type { SpoolRecord } from './records.ts';
import { decodeRecord, kindOf } from './decoding.ts';
import { encodeRecord, encodeScalarInto } from './encoding.ts';

const time = fc.record({ seconds: fc.nat(4_000_000_000), nanos: fc.nat(999_999_999) });
const text = fc.string({ unit: 'grapheme' });
const step = fc.integer({ min: 0, max: 2 ** 48 });
const bytes = fc.option(
  fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value)),
  { nil: undefined },
);
const item = fc.record({ fileName: text, sha256: text, size: fc.nat(), caption: text, payload: bytes });

const bodies = {
  start: fc.record({
    project: text,
    workspace: text,
    public: fc.boolean(),
    name: text,
    description: text,
    tags: fc.array(text),
    group: text,
    jobType: text,
    color: text,
    id: text,
    resume: fc.nat(2),
    startedAt: time,
  }),
  finish: fc.record({ state: fc.nat(3), error: text, finishedAt: time }),
  column: fc.record({
    system: fc.boolean(),
    type: fc.nat(9),
    key: text,
    section: text,
    xAxis: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    hidden: fc.boolean(),
  }),
  scalar: fc.record({ key: text, step, time, value: fc.double() }),
  media: fc.record({ key: text, step, type: fc.nat(9), time, items: fc.array(item, { maxLength: 3 }) }),
  log: fc.record({ line: text, error: fc.boolean(), time, epoch: fc.nat() }),
  save: fc.record({ name: text, sourcePath: text, policy: fc.nat(2), type: fc.nat(4), payload: bytes }),
};

const records = fc.oneof(
  ...Object.entries(bodies).map(([kind, body]) =>
    fc.record({ kind: fc.constant(kind), num: fc.integer({ min: -6, max: 2 ** 40 }), time, body }),
  ),
) as fc.Arbitrary<SpoolRecord>;

test('every record is read back as it was written', () => {
  fc.assert(
    fc.property(records, (record) => {
      const encoded = encodeRecord(record);
      expect(kindOf(encoded)).toBe(record.kind);
      expect(decodeRecord(encoded)).toEqual(record);
    }),
  );
});

test('the fast way to write a point writes what the general way means', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 400 }),
      step,
      time,
      fc.double(),
      fc.nat(),
      (key, at, when, value, num) => {
        const keyBytes = Buffer.from(key);
        const buffer = Buffer.alloc(keyBytes.length + 100);
        const end = encodeScalarInto(buffer, 2, num, keyBytes, at, when, value);
        expect(end - 2).toBeLessThanOrEqual(keyBytes.length + 96);
        expect(decodeRecord(buffer.subarray(2, end))).toEqual({
          kind: 'scalar',
          num,
          time: when,
          body: { key: keyBytes.toString(), step: at, time: when, value },
        });
      },
    ),
  );
});

describe('numbers', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [2 ** 31, '8080808008'],
    [2 ** 48, '80808080808040'],
    [-1, 'ffffffffffffffffff01'],
    [-6, 'faffffffffffffffff01'],
  ])('%d is %s', (value, hex) => {
    const buffer = Buffer.alloc(10);
    expect(buffer.subarray(0, writeVarint(buffer, 0, value)).toString('hex')).toBe(hex);
    const reader = new ProtoReader(Buffer.concat([Buffer.from([0x08]), Buffer.from(hex, 'hex')]));
    reader.next();
    expect(reader.integer()).toBe(value);
  });
});

test('fields of later versions are skipped', () => {
  const known = encodeRecord({
    kind: 'finish',
    num: -2,
    time: { seconds: 1, nanos: 2 },
    body: { state: 1, error: 'e', finishedAt: { seconds: 3, nanos: 0 } },
  });
  const later = new ProtoWriter().text(99, 'new').double(98, 1).bytes;
  expect(decodeRecord(Buffer.concat([later, known]))).toMatchObject({ kind: 'finish', body: { error: 'e' } });
  expect(kindOf(Buffer.from(later))).toBeUndefined();
});

test('a field that reaches beyond its message is an error, not a read beyond it', () => {
  expect(() => decodeRecord(Buffer.from([0x6a, 0x40, 0x0a]))).toThrow(/beyond the end/);
  expect(() => decodeRecord(Buffer.from([0x08, 0xff]))).toThrow(/beyond the end/);
});
