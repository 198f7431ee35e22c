import { expect, it } from 'vitest';
import { z } from 'zod';
import { misfit } from './misfit.ts';

const row = z.strictObject({
  question: z.string().min(1),
  marks: z.array(z.number().int().positive()),
  level: z.enum(['easy', 'hard']).optional(),
});

it.each([
  [{ marks: [] }, { field: 'question', reason: 'is missing' }],
  [
    { question: '', marks: [] },
    { field: 'question', reason: 'is empty' },
  ],
  [
    { question: 7, marks: [] },
    { field: 'question', reason: 'expected string, received number' },
  ],
  [
    { question: 'a', marks: [1, 'b'] },
    { field: 'marks.1', reason: 'expected number, received string' },
  ],
  [
    { question: 'a', marks: [0] },
    { field: 'marks.0', reason: 'too small: expected number to be >0' },
  ],
  [
    { question: 'a', marks: [], level: 'odd' },
    { field: 'level', reason: 'expected one of "easy"|"hard"' },
  ],
  [
    { question: 'a', marks: [], hint: 'b' },
    { field: '', reason: '`hint` is not part of it' },
  ],
  ['text', { field: '', reason: 'expected object, received string' }],
])('what is wrong with %j is said by field and reason', (value, expected) => {
  const issue = row.safeParse(value).error?.issues[0];
  if (issue === undefined) throw new Error('the value fits');
  expect(misfit(issue)).toEqual(expected);
});
