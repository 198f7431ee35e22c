import { expect, test } from 'vitest';
import { nearest } from './nearest.js';

test.each([
  ['tinny', 'tiny'],
  ['tin', 'tiny'],
  ['TINY', 'tiny'],
  ['hub-larg', 'hub-large'],
])('%s was meant to be %s', (typed, meant) => {
  expect(nearest(typed, ['hub', 'hub-large', 'tiny'])).toBe(meant);
});

test('a name that is far from all others is near none', () => {
  expect(nearest('production', ['hub', 'tiny'])).toBeUndefined();
  expect(nearest('tiny', [])).toBeUndefined();
});
