import { describe, expect, test } from 'vitest';
import { cleanKey, sectionOf } from './keys.ts';

test.each([
  ['train/loss', 'train/loss'],
  ['/lead/slash/', 'lead/slash'],
  ['.. spa ce \t', 'spa ce'],
  ['中文', '中文'],
  ['a//b', 'a//b'],
  ['x'.repeat(600), 'x'.repeat(512)],
  [`${'😀'.repeat(511)}/b`, '😀'.repeat(511)],
])('%s becomes %s', (given, key) => {
  expect(cleanKey(given)).toEqual({ key });
});

test.each(['', ' ./ ', '///', 'a\u0007b', '__swanlab__.cpu.pct'])('%j is refused with a reason', (given) => {
  expect(cleanKey(given)).toEqual({ refused: expect.stringMatching(/key/) as string });
});

describe('sections', () => {
  test.each([
    ['loss', 0, undefined],
    ['a/b', 0, 'a'],
    ['a/b/c', 0, 'a'],
    ['a/b/c', 1, 'a/b'],
    ['a/b/c', 2, 'a'],
    ['a/b/c', -1, 'a/b'],
    ['a/b', -1, 'a'],
    ['a/b/c', -3, 'a/b'],
  ])('%s by rule %i belongs to %s', (key, rule, section) => {
    expect(sectionOf(key, rule)).toBe(section);
  });
});
