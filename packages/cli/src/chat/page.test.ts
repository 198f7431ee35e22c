import { expect, test } from 'vitest';
import { harmless } from './page.ts';

test('what a model writes cannot command the terminal', () => {
  expect(harmless('a\u001b[2Jb\u009bc\u0007\r')).toBe('a·[2Jb·c··');
});

test('lines, tabs and every script stay as they are', () => {
  const text = '第一行\n\t第二行 😀 é';
  expect(harmless(text)).toBe(text);
});
