import { expect, it } from 'vitest';
import { countTokens } from './token-count.ts';

it('tells tokens and rows from sizes of files', () => {
  // Those of the tiny configuration, which hold 760 rows of 56,210 tokens.
  const files = [
    { path: 'rows.jsonl', bytes: 46_521 },
    { path: 'tokens.safetensors', bytes: 456_088 },
  ];
  const { tokens, rows } = countTokens({ files });
  expect(Math.abs(rows / 760 - 1)).toBeLessThan(0.01);
  expect(Math.abs(tokens / 56_210 - 1)).toBeLessThan(0.001);
});

it('finds nothing in a folder without tokens', () => {
  expect(countTokens({ files: [] })).toEqual({ tokens: 0, rows: 0 });
});
