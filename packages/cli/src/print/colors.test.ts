import { expect, it } from 'vitest';
import { createColors } from './colors.ts';

it('a style goes on after another one inside it has ended', () => {
  const { dim, bold, red, cyan } = createColors(true);
  expect(dim(`a ${bold('b')} c`)).toBe('\u001b[2ma \u001b[1mb\u001b[22m\u001b[2m c\u001b[22m');
  expect(red(`a ${cyan('b')} c`)).toBe('\u001b[31ma \u001b[36mb\u001b[39m\u001b[31m c\u001b[39m');
});

it('without colours a text stays as it is', () => {
  const colors = createColors(false);
  expect(colors.isColorSupported).toBe(false);
  expect(colors.bold('as it is')).toBe('as it is');
});
