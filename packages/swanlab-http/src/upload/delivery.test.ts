import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { deliver } from './delivery.ts';

const answered = (status: number) =>
  new ApiError({ method: 'POST', url: '/x', status, code: 'c', detail: 'd' });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Refuses every part that holds one of `bad`; counts what it was asked. */
function pickyServer(bad: ReadonlySet<number>, status = 400) {
  const asked: number[] = [];
  return {
    asked,
    post: (part: readonly number[]): Promise<void> => {
      asked.push(part.length);
      return part.some((item) => bad.has(item)) ? Promise.reject(answered(status)) : Promise.resolve();
    },
  };
}

describe('a refused batch', () => {
  test('is halved until the bad item is alone', async () => {
    const server = pickyServer(new Set([777]));
    const { sent, refused, remaining } = await deliver(numbers(10_000), server.post);
    expect(sent).toHaveLength(9999);
    expect(refused).toMatchObject([{ item: 777, status: 400 }]);
    expect(remaining).toEqual([]);
    expect(server.asked.length).toBeLessThan(32);
  });

  test('keeps the order of what is sent', async () => {
    const { sent } = await deliver(numbers(50), pickyServer(new Set([3, 20, 49])).post);
    expect(sent).toEqual(numbers(50).filter((item) => ![3, 20, 49].includes(item)));
  });

  test('is kept where nothing at all is accepted', async () => {
    const { sent, refused, remaining, verdict } = await deliver(
      numbers(1000),
      pickyServer(new Set(numbers(1000))).post,
    );
    expect(sent).toEqual([]);
    expect(refused.length + remaining.length).toBe(1000);
    expect(verdict).toBe('run');
  });

  test('of one is refused for good', async () => {
    expect(await deliver([1], pickyServer(new Set([1]), 422).post)).toMatchObject({
      refused: [{ item: 1, status: 422 }],
      remaining: [],
    });
  });

  test('that fails halfway for another reason keeps what was not asked about', async () => {
    const server = pickyServer(new Set([0]));
    const { sent, refused, remaining, verdict } = await deliver(numbers(8), (part) =>
      part.includes(2) && part.length === 2 ? Promise.reject(answered(503)) : server.post(part),
    );
    expect([sent, refused.map(({ item }) => item), remaining]).toEqual([[1], [0], [2, 3, 4, 5, 6, 7]]);
    expect(verdict).toBe('again');
  });
});

test.each([
  [503, 'again'],
  [429, 'again'],
  [408, 'again'],
  [401, 'run'],
  [403, 'run'],
  [404, 'run'],
  [302, 'run'],
] as const)('%i leaves everything, to be tried %s', async (status, verdict) => {
  const delivery = await deliver([1, 2], () => Promise.reject(answered(status)));
  expect(delivery).toMatchObject({ sent: [], refused: [], remaining: [1, 2], verdict });
});
