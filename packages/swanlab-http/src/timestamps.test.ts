import { expect, test } from 'vitest';
import { formatTimestamp, toTimestamp } from './timestamps.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_795_480_502_792, '2026-11-24T00:35:02.792Z'],
  [1_795_480_502_792.782, '2026-11-24T00:35:02.792782Z'],
  [999.9999, '1970-01-01T00:00:01Z'],
])('%d ms is %s', (milliseconds, text) => {
  expect(formatTimestamp(toTimestamp(milliseconds))).toBe(text);
});

test('nanoseconds of another client are kept', () => {
  expect(formatTimestamp({ seconds: 1, nanos: 5 })).toBe('1970-01-01T00:00:01.000000005Z');
});
