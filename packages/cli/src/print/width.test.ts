import widthOfAll from 'fast-string-width';
import { expect, it } from 'vitest';
import { width } from './width.ts';

it.each([
  '',
  'lora-sft',
  '北京，中国。',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  '\u001b[1mbold\u001b[22m',
  'a\tb',
  '～',
  '\u007f',
])('%j takes as many cells as the library says', (text) => {
  expect(width(text)).toBe(widthOfAll(text));
});

it('every sign takes as many cells as the library says', () => {
  const signs = Array.from({ length: 0xffe0 }, (_, at) => String.fromCharCode(at + 0x20));
  expect(signs.filter((sign) => width(sign) !== widthOfAll(sign))).toEqual([]);
});
