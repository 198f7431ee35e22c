import { describe, expect, it } from 'vitest';
import type { ChatRow } from '../kinds/chat-row.ts';
import { runJob } from '../test-job.ts';
import { toConversation } from '../to-chat/conversation.ts';
import { blend } from './blend.ts';
import { quotas } from './quotas.ts';
import implementation from './run.ts';
import { mix } from './stage.ts';

const dataset = (name: string, size: number) =>
  Array.from({ length: size }, (_, index) =>
    toConversation({ instruction: `${name} ${index}`, output: name }, undefined),
  );
const names = (rows: readonly ChatRow[]) => rows.map(({ messages }) => messages[0]?.content ?? '');
const [left, right] = [dataset('left', 40), dataset('right', 10)];

describe('quotas', () => {
  it.each([
    ['neither', {}, [40, 10]],
    ['counts', { counts: [5, 10] }, [5, 10]],
    ['a count of nothing', { counts: [0, 3] }, [0, 3]],
    ['proportions, as far as the scarcest dataset allows', { proportions: [0.7, 0.3] }, [23, 10]],
    ['proportions that are no fractions', { proportions: [2, 1] }, [20, 10]],
    ['proportions of a number of rows', { proportions: [1, 1], rows: 7 }, [4, 3]],
  ])('takes %s', (_, recipe, expected) => {
    expect(quotas([40, 10], recipe)).toEqual(expected);
  });

  it.each([
    [{ counts: [5] }, '1 numbers are given for 2 datasets'],
    [{ counts: [5, 11] }, '11 rows are wanted of dataset 2, which has 10'],
    [{ proportions: [1, 1], rows: 30 }, '15 rows are wanted of dataset 2, which has 10'],
    [{ counts: [0, 0] }, 'no rows are wanted'],
  ])('refuses %o', (recipe, sentence) => {
    expect(quotas([40, 10], recipe)).toBe(sentence);
  });
});

describe('blend', () => {
  it('takes no row twice and mixes the datasets', () => {
    const rows = names(blend([left, right], [10, 10], 42));
    expect(new Set(rows).size).toBe(20);
    expect(rows.filter((name) => name.startsWith('left'))).toHaveLength(10);
    expect([...rows].sort()).not.toEqual(rows);
    expect(new Set(rows.slice(0, 10).map((name) => name.split(' ')[0])).size).toBe(2);
  });

  it('takes the same rows for the same seed and others for another', () => {
    expect(blend([left, right], [5, 5], 1)).toEqual(blend([left, right], [5, 5], 1));
    expect(names(blend([left, right], [5, 5], 1))).not.toEqual(names(blend([left, right], [5, 5], 2)));
  });

  it('keeps most rows when one is added', () => {
    const before = new Set(names(blend([left], [20], 42)));
    const after = names(blend([[...dataset('new', 1), ...left]], [20], 42));
    expect(after.filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
  });
});

describe('mix', () => {
  it('writes the mixture and what it is made of', async () => {
    const done = await runJob(implementation, {
      stage: mix,
      inputs: { datasets: { many: [left, [...right, ...left.slice(0, 2)]] } },
      params: { proportions: [1, 1] },
    });
    expect(await done.rows('dataset')).toHaveLength(24);
    expect(await done.json('dataset', 'stats.json')).toMatchObject({
      rows: 24,
      datasets: [
        { rows: 40, taken: 12 },
        { rows: 12, taken: 12 },
      ],
    });
  });

  it('refuses what the datasets do not hold', async () => {
    const given = {
      stage: mix,
      inputs: { datasets: { many: [left, right] } },
      params: { counts: [1000, 1000] },
    };
    await expect(runJob(implementation, given)).rejects.toMatchObject({
      reason: 'user-error',
      message: '1000 rows are wanted of dataset 1, which has 40',
      hint: 'the datasets have 40, 10 rows, in the order of `datasets`; no row is taken twice',
    });
  });

  it('takes counts or proportions, not both', () => {
    const { params } = mix.definition;
    expect(params.safeParse({ counts: [1], proportions: [1] }).error?.issues).toMatchObject([
      { path: ['proportions'], message: 'give `counts` or `proportions`, not both' },
    ]);
    expect(params.safeParse({ rows: 5 }).error?.issues[0]?.path).toEqual(['rows']);
  });
});
