import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromYaml } from './yaml-reader.ts';
import { toYaml } from './yaml-writer.ts';

const values = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 6,
});

test('what we write we read', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(JSON.stringify(fromYaml(toYaml(value)))).toBe(JSON.stringify(value));
    }),
  );
});

test('floats have a dot and breaks are escaped, since YAML 1.1 sees them otherwise', () => {
  expect(toYaml({ a: 1e-7, b: 1e21, c: 0.5, d: 3, e: '\u2028\u0085\ufeff' })).toBe(
    '{\n  "a": 1.0e-7,\n  "b": 1.0e+21,\n  "c": 0.5,\n  "d": 3,\n  "e": "\\u2028\\u0085\\ufeff"\n}\n',
  );
});

describe('what PyYAML writes', () => {
  test.each<[string, string, unknown]>([
    [
      'a mapping of mappings',
      "lr:\n  desc: ''\n  sort: 0\n  value: 0.0001\n",
      { lr: { desc: '', sort: 0, value: 0.0001 } },
    ],
    [
      'a list below its key',
      'value:\n- 1\n- a: b\n  c: []\n- - x\n  - {}\n',
      { value: [1, { a: 'b', c: [] }, ['x', {}]] },
    ],
    [
      'numbers and words',
      'a: 1.0e-07\nb: .inf\nc: null\nd: true\ne: ~\nf: -12\n',
      { a: 1e-7, b: Infinity, c: null, d: true, e: null, f: -12 },
    ],
    ['folded plain text', 'a: one\n  two\n\n  three\nb: 1\n', { a: 'one two\nthree', b: 1 }],
    ['single quotes', "a: 'it''s\n\n  here'\n", { a: "it's\nhere" }],
    ['double quotes', 'a: "x\\ty\\\n  \\ z\\u4E2D\\U0001F600"\n', { a: 'x\ty z中😀' }],
    ['a quoted key', '\'1\': x\n"a: b": y\n', { 1: 'x', 'a: b': 'y' }],
    ['a long key', '? long\n: value\n', { long: 'value' }],
    ['nothing', '{}\n', {}],
    ['an empty file', '', null],
  ])('%s', (_, text, value) => expect(fromYaml(text)).toEqual(value));

  test.each([
    ['a: &x 1\nb: *x\n', /line 1: anchors/],
    ['a: |\n  text\n', /line 1: anchors, tags and blocks/],
    ['a: [1, 2\n', /bracket is missing/],
    ['a: "x\n', /quotation mark/],
  ])('%j is refused with its line', (text, message) => expect(() => fromYaml(text)).toThrow(message));
});
