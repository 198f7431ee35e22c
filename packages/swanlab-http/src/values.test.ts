import { expect, test } from 'vitest';
import { Html, Text } from './media.ts';
import { numberToJson, parseNumber, readValue } from './values.ts';

test.each([
  [1.5, 1.5],
  [true, 1],
  [false, 0],
  [12n, 12],
  ['3.5', 3.5],
  [' 1e-3 ', 0.001],
  ['1_000', 1000],
  ['-.5', -0.5],
  ['7.', 7],
  ['Infinity', Infinity],
  ['-inf', -Infinity],
])('%s counts as %d', (value, number) => {
  expect(readValue(value)).toEqual({ number });
});

test.each(['abc', '', '1,5', '0x10', '1e', 'e5', '--1'])('the text %j is no number', (value) => {
  expect(readValue(value)).toHaveProperty('refused');
});

test.each([
  null,
  undefined,
  () => 1,
  Symbol('s'),
  [],
  [1, 2],
  [new Text('a'), 1],
  [new Text('a'), new Html('b')],
])('case %#: what cannot be logged is refused with a reason', (value) => {
  expect(readValue(value)).toHaveProperty('refused');
});

test('media and lists of one kind of them are taken, objects are taken apart', () => {
  const [one, two] = [new Text('a'), new Text('b')];
  expect(readValue(one)).toEqual({ media: [one] });
  expect(readValue([one, two])).toEqual({ media: [one, two] });
  expect(readValue({ a: 1 })).toEqual({ nested: { a: 1 } });
});

test('a long text of digits is looked at for no longer than it is worth', () => {
  expect(parseNumber(`${'1'.repeat(100_000)}x`)).toBe(Infinity);
});

test('whatever is not finite becomes "nan", and zero keeps its sign', () => {
  expect([NaN, Infinity, -Infinity, 0, -0, 1e21, 0.1].map(numberToJson)).toEqual([
    '"nan"',
    '"nan"',
    '"nan"',
    '0',
    '-0.0',
    '1e+21',
    '0.1',
  ]);
});
