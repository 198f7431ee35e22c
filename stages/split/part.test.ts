import { describe, expect, it } from 'vitest';
import type { ChatRow } from '../kinds/chat-row.ts';
import { toConversation } from '../to-chat/conversation.ts';
import { part, partByHand, type PartOptions } from './part.ts';

const defaults: PartOptions = {
  test: 0.2,
  seed: 42,
  stratify: 'none',
  duplicates: 'drop',
  nearDuplicates: 0.9,
};
const row = (instruction: string, output = 'yes'): ChatRow =>
  toConversation({ instruction, output }, undefined);

const nouns = [
  'river',
  'copper',
  'violin',
  'desert',
  'engine',
  'pepper',
  'lantern',
  'island',
  'marble',
  'falcon',
];
const verbs = [
  'describe',
  'measure',
  'translate',
  'paint',
  'repair',
  'compare',
  'weigh',
  'classify',
  'explain',
  'sketch',
];
const rows = nouns.flatMap((noun) =>
  verbs.map((verb) => row(`${verb} this ${noun} ${noun.length * verb.length}`)),
);
const texts = (some: readonly ChatRow[]) => some.map(({ messages }) => messages[0]?.content ?? '');

describe('part', () => {
  it('leaves each row on exactly one side, in the order in which it came', () => {
    const { train, test } = part(rows, defaults);
    expect(new Set([...train, ...test])).toEqual(new Set(rows));
    expect(train.length + test.length).toBe(rows.length);
    expect(rows.filter((one) => test.includes(one))).toEqual(test);
    expect(test.length).toBeGreaterThan(8);
    expect(test.length).toBeLessThan(36);
  });

  it('does the same for the same seed and something else for another', () => {
    expect(part(rows, defaults)).toEqual(part(rows, defaults));
    expect(texts(part(rows, { ...defaults, seed: 43 }).test)).not.toEqual(texts(part(rows, defaults).test));
  });

  it('keeps every row on its side when rows are added, similar ones among them', () => {
    const before = new Set(texts(part(rows, defaults).test));
    const added = rows.map((one, index) =>
      row(`${texts([one])[0]}${index % 2 === 0 ? ' !' : `, and number ${index}`}`),
    );
    const after = new Set(texts(part([...rows, ...added], defaults).test));
    for (const text of texts(rows)) expect(after.has(text), text).toBe(before.has(text));
  });

  it('keeps a row on its side when the rows before it are removed', () => {
    const before = new Set(texts(part(rows, defaults).test));
    for (const text of texts(part(rows.slice(50), defaults).test)) expect(before).toContain(text);
  });

  it('takes as many rows as were asked for', () => {
    expect(part(rows, { ...defaults, test: 7 }).test).toHaveLength(7);
  });

  it.each([
    ['spacing', 'Name  the longest river\nof Asia'],
    ['case and width', 'name the LONGEST river of Ａsia'],
    ['punctuation', 'Name the longest river of Asia!!'],
  ])('keeps prompts on one side that differ in %s only, without comparing similarity', (_, variant) => {
    const options = { ...defaults, nearDuplicates: null };
    for (let seed = 0; seed < 40; seed++) {
      const { train } = part([...rows, row('Name the longest river of Asia'), row(variant, 'the Yangtze')], {
        ...options,
        seed,
      });
      expect([0, 2]).toContain(texts(train).filter((text) => /longest/i.test(text)).length);
    }
  });

  it('keeps near duplicates on one side, and reports them', () => {
    const long =
      'Write a short letter to the neighbour who looked after the cat while the family was at the sea';
    const some = [...rows, row(long), row(long.replace('sea', 'lake'))];
    for (let seed = 0; seed < 40; seed++) {
      const { train, stats } = part(some, { ...defaults, seed });
      expect([0, 2]).toContain(texts(train).filter((text) => text.includes('neighbour')).length);
      expect(stats).toMatchObject({ groupsKeptTogether: 1, nearDuplicatePrompts: 1 });
      expect(stats.examples[0]).toEqual({
        ids: some.slice(-2).map(({ id }) => id),
        begins: long.slice(0, 80),
      });
    }
  });

  it('keeps conversations on one side that begin with the same wish and go on differently', () => {
    const talk = (second: string): ChatRow =>
      toConversation(
        {
          messages: [
            { role: 'user', content: 'Book me a flight from Paris to Rome.' },
            { role: 'assistant', content: 'When?' },
            { role: 'user', content: second },
            { role: 'assistant', content: 'Done.' },
          ],
        },
        undefined,
      );
    const some = [
      ...rows,
      talk('On the first of May, early in the morning.'),
      talk('Whenever it is cheapest, I do not mind.'),
    ];
    for (let seed = 0; seed < 40; seed++) {
      const { train } = part(some, { ...defaults, seed });
      expect([0, 2]).toContain(texts(train).filter((text) => text.includes('flight')).length);
    }
  });

  it('drops rows that repeat prompt and answer, unless told to keep them', () => {
    const twice = [...rows, ...rows.slice(0, 5)];
    expect(part(twice, defaults).stats.droppedDuplicates).toBe(5);
    const kept = part(twice, { ...defaults, duplicates: 'keep' });
    expect(kept.train.length + kept.test.length).toBe(105);
  });

  it('keeps one row of each group of similar prompts when told so', () => {
    const some = [
      ...rows,
      row('Name the longest river'),
      row('name the longest river?', 'the Nile'),
      row('NAME the longest river', 'no'),
    ];
    const { train, test, stats } = part(some, { ...defaults, duplicates: 'drop-similar' });
    expect(texts([...train, ...test]).filter((text) => /longest/i.test(text))).toEqual([
      'Name the longest river',
    ]);
    expect(stats.droppedSimilar).toBe(2);
  });

  it('holds out the same share of each stratum', () => {
    const calling = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        toConversation(
          {
            conversations: [
              {
                from: 'human',
                value: `${verbs[index % 10]} the ${nouns[Math.floor(index / 10)]} for ${name}`,
              },
              { from: 'function_call', value: JSON.stringify({ name, arguments: {} }) },
            ],
            tools: [{ name, parameters: { type: 'object' } }],
          },
          undefined,
        ),
      );
    const options = { ...defaults, stratify: 'tool', nearDuplicates: null } as const;
    const some = [...calling('find', 80), ...calling('send', 20)];
    const called = (name: string, test: number) =>
      part(some, { ...options, test }).test.filter(
        ({ messages }) => messages[1]?.tool_calls?.[0]?.function.name === name,
      ).length;
    expect([called('find', 0.1), called('send', 0.1)]).toEqual([8, 2]);
    expect([called('find', 11), called('send', 11)]).toEqual([9, 2]);
  });

  it('leaves neither half empty, however small the fraction', () => {
    expect(part(rows.slice(0, 2), { ...defaults, test: 0.001 }).test).toHaveLength(1);
    expect(part(rows.slice(0, 2), { ...defaults, test: 0.999 }).train).toHaveLength(1);
  });
});

describe('partByHand', () => {
  it('holds out what is given, and leaves rows out of training that are like it', () => {
    const heldOut = [row('How far is the moon from the earth?')];
    const { train, test, stats } = partByHand(
      [...rows, row('how far is the Moon from the Earth')],
      heldOut,
      defaults,
    );
    expect(test).toEqual(heldOut);
    expect(train).toEqual(rows);
    expect(stats.droppedSimilar).toBe(1);
  });
});
