import { expect, it } from 'vitest';
import { z } from 'zod';
import { misfit } from './misfit.ts';

const row = z.strictObject({
  question: z.string().min(1),
  marks: z.array(z.number().int().positive()),
  names: z.array(z.string()).min(1).max(2).optional(),
  level: z.enum(['easy', 'hard']).optional(),
  targets: z.union([z.literal('all'), z.array(z.string())]).optional(),
  source: z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('file'), path: z.string() }),
      z.strictObject({ from: z.literal('hub'), repo: z.string() }),
    ])
    .optional(),
});
const right = { question: 'a', marks: [] };

it.each([
  [{ marks: [] }, 'question', 'is missing'],
  [{ ...right, question: '' }, 'question', 'is empty'],
  [{ ...right, question: 7 }, 'question', 'takes a text, not 7'],
  [{ ...right, question: null }, 'question', 'takes a text, not null'],
  [{ ...right, marks: [1, 'b'] }, 'marks.1', 'takes a number, not "b"'],
  [{ ...right, marks: [0] }, 'marks.0', 'takes more than 0, not 0'],
  [{ ...right, marks: [1.5] }, 'marks.0', 'takes a whole number, not 1.5'],
  [{ ...right, marks: { a: 1 } }, 'marks', 'takes a list, not a map'],
  [{ ...right, names: [] }, 'names', 'takes at least 1 item, not 0'],
  [{ ...right, names: ['a', 'b', 'c'] }, 'names', 'takes at most 2 items, not 3'],
  [{ ...right, level: 'odd' }, 'level', 'takes "easy" or "hard", not "odd"'],
  [{ ...right, targets: 'q' }, 'targets', 'takes "all" or a list, not "q"'],
  [{ ...right, source: { from: 'url' } }, 'source.from', 'takes "file" or "hub", not "url"'],
  [{ ...right, hint: 'b' }, '', '`hint` is not part of it'],
  ['a text', '', 'takes a map, not "a text"'],
  ['x'.repeat(50), '', `takes a map, not "${'x'.repeat(39)}…"`],
])('what is wrong with %j is said by field and reason', (value, field, reason) => {
  const issue = row.safeParse(value).error?.issues[0];
  if (issue === undefined) throw new Error('the value fits');
  expect(misfit(issue, value)).toMatchObject({ field, reason });
});

it('of a few texts that would fit, all are named', () => {
  const issue = row.safeParse({ ...right, level: 'hrad' }).error?.issues[0];
  if (issue === undefined) throw new Error('the value fits');
  expect(misfit(issue, {}).choices).toEqual(['easy', 'hard']);
});
