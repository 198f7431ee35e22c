import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { families } from './alpaca-zh.mjs';
import { makeFiles } from './index.mjs';
import { createRandom } from './random.mjs';

const files = makeFiles();
const lines = (name) =>
  files[name]
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const toolFiles = ['tool-calls-zh.jsonl', 'tool-calls-en.train.jsonl', 'tool-calls-en.test.jsonl'];

test.each(Object.keys(files))('%s is what the script makes', async (name) => {
  expect(await readFile(new URL(`../${name}`, import.meta.url), 'utf8')).toBe(files[name]);
});

test('the generator draws the same numbers for the same seed and others for another', () => {
  const draw = (seed) => Array.from({ length: 5 }, () => createRandom(seed).integer(0, 1e9));
  const one = createRandom(1);
  expect([one.integer(0, 999), one.integer(0, 999), one.integer(0, 999)]).toEqual([627, 2, 527]);
  expect(draw(2)).not.toEqual(draw(3));
});

describe('alpaca-zh.json', () => {
  const rows = JSON.parse(files['alpaca-zh.json']);

  test('has at least 640 rows with three texts each, trimmed, without unfilled braces', () => {
    expect(rows.length).toBeGreaterThanOrEqual(640);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['instruction', 'input', 'output']);
      expect(row.instruction.trim()).not.toBe('');
      expect(row.output.trim()).not.toBe('');
      expect(JSON.stringify(row)).not.toMatch(/\{\{|undefined|NaN/);
    }
  });

  test('asks nothing twice', () => {
    expect(new Set(rows.map(({ instruction, input }) => `${instruction}\n${input}`)).size).toBe(rows.length);
  });

  test('extracts only values that stand in the text, as JSON', () => {
    for (const { input, output } of families.extraction(createRandom(99))) {
      const { total, date, time, ...values } = JSON.parse(output);
      for (const value of Object.values(values)) expect(input).toContain(String(value));
      if (total !== undefined) expect(total).toBe(values.count * values.price);
      if (date !== undefined)
        expect(input).toContain(`${Number(date.slice(0, 2))} 月 ${Number(date.slice(3))} 日`);
      if (time !== undefined) expect(input).toContain(`${Number(time.slice(0, 2))}:00`);
    }
  });

  test('every equation of the word problems holds', () => {
    const equation =
      /(?<![\d.]|[-+×÷] )(-?(?:\d+(?:\.\d+)?%?|\d+\/\d+)(?: [-+×÷] (?:\d+(?:\.\d+)?%?|\d+\/\d+))+) = (\d+(?:\.\d+)?)(?![\d.]| ……| [-+×÷])/g;
    let seen = 0;
    for (const { output } of rows) {
      for (const [, left, right] of output.matchAll(equation)) {
        const tokens = left
          .split(' ')
          .map((token) => (token.endsWith('%') ? Number(token.slice(0, -1)) / 100 : token));
        if (tokens.some((token) => String(token).includes('/'))) continue;
        const terms = [Number(tokens[0])];
        for (let at = 1; at < tokens.length; at += 2) {
          const value = Number(tokens[at + 1]);
          if (tokens[at] === '×') terms.push(terms.pop() * value);
          else if (tokens[at] === '÷') terms.push(terms.pop() / value);
          else terms.push(tokens[at] === '+' ? value : -value);
        }
        expect(
          terms.reduce((sum, term) => sum + term, 0),
          left,
        ).toBeCloseTo(Number(right), 6);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(150);
  });
});

describe.each(toolFiles)('%s', (name) => {
  const rows = lines(name);

  test('calls only functions of its row, with arguments that fit their schema', () => {
    let calls = 0;
    for (const { conversations, tools } of rows) {
      const schemas = new Map(
        JSON.parse(tools).map((tool) => [tool.name, z.fromJSONSchema(tool.parameters)]),
      );
      for (const { from, value } of conversations) {
        if (from !== 'function_call') continue;
        const { name: called, arguments: given } = JSON.parse(value);
        expect(schemas.get(called)?.safeParse(given).error, value).toBeUndefined();
        calls += 1;
      }
    }
    expect(calls).toBeGreaterThan(rows.length * 0.9);
  });

  test('people and the assistant take turns, and every result follows a call', () => {
    const before = {
      function_call: ['human', 'observation'],
      observation: ['function_call'],
      gpt: ['human', 'observation'],
      human: [undefined, 'gpt'],
    };
    for (const { conversations } of rows) {
      conversations.forEach(({ from }, index) =>
        expect(before[from]).toContain(conversations[index - 1]?.from),
      );
      expect(['gpt', 'function_call']).toContain(conversations.at(-1).from);
    }
  });

  test('no two conversations ask the same', () => {
    const said = rows.map(({ conversations }) =>
      JSON.stringify(conversations.filter(({ from }) => from === 'human')),
    );
    expect(new Set(said).size).toBe(rows.length);
  });
});

test('there are at least 300 Chinese tool conversations, a third of them with several turns', () => {
  const rows = lines('tool-calls-zh.jsonl');
  const several = rows.filter(
    ({ conversations }) => conversations.filter(({ from }) => from === 'human').length > 1,
  );
  expect(rows.length).toBeGreaterThanOrEqual(300);
  expect(several.length).toBeGreaterThan(rows.length / 3);
});

describe('the held-out English prompts', () => {
  const halves = {
    train: lines('tool-calls-en.train.jsonl'),
    test: lines('tool-calls-en.test.jsonl'),
  };

  /** Each wish with the arguments of the call that follows it, read from the file alone. */
  const wishes = (rows) =>
    rows.flatMap(({ conversations }) =>
      conversations.flatMap(({ from, value }, index) =>
        from === 'human'
          ? [
              {
                wish: value,
                given: JSON.parse(conversations[index + 1].value).arguments,
              },
            ]
          : [],
      ),
    );
  const values = (rows) =>
    wishes(rows).flatMap(({ given }) => Object.values(given).map((value) => String(value).toLowerCase()));
  const words = (text) =>
    text
      .toLowerCase()
      .match(/[a-z0-9']+/g)
      .join(' ');
  /** The phrasing that is left when every argument is taken out of a wish. */
  const skeleton = ({ wish, given }) =>
    words(
      Object.values(given)
        .sort((left, right) => String(right).length - String(left).length)
        .reduce((text, value) => text.replace(String(value), ' x '), wish),
    );

  test('share no argument value with the training rows', () => {
    const trained = new Set(values(halves.train));
    expect(values(halves.test).filter((value) => trained.has(value))).toEqual([]);
  });

  test('name nothing that a training prompt names, not even inside a longer text', () => {
    const prompts = wishes(halves.train).map(({ wish }) => ` ${words(wish)} `);
    const found = [...new Set(values(halves.test))].filter((value) =>
      prompts.some((prompt) => prompt.includes(` ${words(value)} `)),
    );
    expect(found).toEqual([]);
  });

  test('share no phrasing with the training rows', () => {
    const trained = new Set(wishes(halves.train).map(skeleton));
    expect(trained.size).toBeLessThan(120);
    expect(
      wishes(halves.test)
        .map(skeleton)
        .filter((phrase) => trained.has(phrase)),
    ).toEqual([]);
  });

  test('end in the call that is wanted', () => {
    for (const { conversations } of halves.test) expect(conversations.at(-1).from).toBe('function_call');
  });

  test('hold every value they ask for, so that an exact answer is possible', () => {
    for (const { wish, given } of wishes(halves.test)) {
      for (const value of Object.values(given)) expect(wish).toContain(String(value));
    }
  });
});
