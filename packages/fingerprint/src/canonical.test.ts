import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { canonical, CanonicalError } from './canonical.ts';

test('keys stand in the order of their UTF-16 code units and undefined properties are absent', () => {
  const value = {
    b: 1,
    a: [true, null, 'é\n"'],
    '\u{1F600}': 0,
    '\uFF5E': 0,
    10: 0,
    9: 0,
    gone: undefined,
    Z: {},
  };
  expect(canonical(value)).toBe('{"10":0,"9":0,"Z":{},"a":[true,null,"é\\n\\""],"b":1,"😀":0,"～":0}');
});

test('numbers have the shortest text that reads back the same', () => {
  expect(canonical([5e-4, 1e21, 0.1 + 0.2, 1e-7, 2 ** 53, -1.5])).toBe(
    '[0.0005,1e+21,0.30000000000000004,1e-7,9007199254740992,-1.5]',
  );
});

test('a value with the same content has the same text, whatever order it was built in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (record) => {
      fc.pre(!hasMinusZero(record));
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonical(reversed)).toBe(canonical(record));
      expect(JSON.parse(canonical(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

function hasMinusZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasMinusZero);
  return Object.is(value, -0);
}

test.each<[string, unknown, string, string]>([
  ['undefined', undefined, '', 'the value is undefined'],
  ['undefined in an array', { a: [1, undefined] }, 'a[1]', 'a[1] is undefined'],
  ['a hole', { a: [1, , 2] }, 'a[1]', 'a[1] is undefined'], // eslint-disable-line no-sparse-arrays
  ['a function', { run: () => 1 }, 'run', 'run is a function'],
  ['a symbol', { of: Symbol('x') }, 'of', 'of is a symbol'],
  ['a bigint', [[1n]], '[0][0]', '[0][0] is a bigint'],
  ['NaN', { training: { rate: NaN } }, 'training.rate', 'training.rate is NaN'],
  ['infinity', { x: -Infinity }, 'x', 'x is -Infinity'],
  ['minus zero', { x: -0 }, 'x', 'x is -0, which JSON cannot tell from 0'],
  ['a date', { at: new Date(0) }, 'at', 'at is a Date, not a plain object'],
  ['a map', { 'a key': new Map() }, '["a key"]', '["a key"] is a Map, not a plain object'],
  ['bytes', { x: new Uint8Array(1) }, 'x', 'x is a Uint8Array, not a plain object'],
  [
    'an instance',
    {
      x: new (class Rate {
        value = 1;
      })(),
    },
    'x',
    'x is a Rate, not a plain object',
  ],
  [
    'an inheriting object',
    { x: Object.create({ y: 1 }) as object },
    'x',
    'x is a Object, not a plain object',
  ],
  ['a symbol for a key', { x: { [Symbol('s')]: 1 } }, 'x', 'x is an object with symbols for keys'],
  [
    'named properties of an array',
    { x: Object.assign([1], { y: 2 }) },
    'x',
    'x is an array with named properties',
  ],
  ['half of a surrogate pair', { x: ['\uD83D'] }, 'x[0]', 'x[0] is text with half of a surrogate pair'],
  [
    'half of a surrogate pair in a key',
    { x: { '\uDE00': 1 } },
    'x',
    'x is text with half of a surrogate pair',
  ],
])('%s is refused with its path', (_what, value, path, message) => {
  let error: unknown;
  try {
    canonical(value);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(CanonicalError);
  expect(error).toMatchObject({ path, message });
});

test('a cycle is refused and a shared part is not', () => {
  const shared = { a: 1 };
  expect(canonical([shared, shared])).toBe('[{"a":1},{"a":1}]');
  const cycle: Record<string, unknown> = {};
  cycle['inner'] = { list: [cycle] };
  expect(() => canonical(cycle)).toThrow('inner.list[0] is part of itself');
});

test('objects without a prototype and from another realm are plain', () => {
  expect(canonical(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  expect(canonical(runInNewContext('({ a: [1, {}] })'))).toBe('{"a":[1,{}]}');
});

test('depth is not limited by the stack', () => {
  const depth = 200_000;
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  expect(canonical(value)).toHaveLength(2 * depth + 1);
});

test('a key that JSON.parse would take for a prototype is a key', () => {
  expect(canonical(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
});
