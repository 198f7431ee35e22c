import { expect, test } from 'vitest';
import { Config } from './config.ts';

test('keys keep the order in which they came, and each change is told', () => {
  let told = 0;
  const config = new Config(() => (told += 1));
  config.update({ a: 1, b: 2 });
  config.set('c', 3);
  config.set('a', 4);
  expect(told).toBe(3);
  expect(config.toEntries()).toEqual({
    a: { desc: '', sort: 0, value: 4 },
    b: { desc: '', sort: 1, value: 2 },
    c: { desc: '', sort: 2, value: 3 },
  });
});

test('what JSON cannot hold becomes text, and what is undefined is absent', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const config = new Config(() => {});
  config.update({
    nan: NaN,
    minus: -Infinity,
    date: new Date(0),
    big: 2n ** 80n,
    map: new Map([['k', new Set([1])]]),
    gone: undefined,
    circle,
    list: [undefined, NaN],
  });
  expect(config.toJSON()).toEqual({
    nan: 'NaN',
    minus: 'Inf',
    date: '1970-01-01T00:00:00.000Z',
    big: '1208925819614629174706176',
    map: { k: [1] },
    circle: { self: '[circular]' },
    list: [null, 'NaN'],
  });
});
