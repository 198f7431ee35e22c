import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chatRow, type ChatRow } from '../kinds/chat-row.ts';
import { runJob } from '../test-job.ts';
import { createCallCheck } from './calls.ts';
import { toConversation } from './conversation.ts';
import implementation from './run.ts';
import { toChat } from './stage.ts';

const run = (rows: readonly unknown[], params: object = {}) =>
  runJob(implementation, { stage: toChat, inputs: { rows }, params });

const call = (given: unknown, name = 'set_alarm') => ({
  conversations: [
    { from: 'human', value: `Wake me, ${JSON.stringify(given)}` },
    { from: 'function_call', value: JSON.stringify({ name, arguments: given }) },
  ],
  tools: [
    {
      name: 'set_alarm',
      parameters: {
        type: 'object',
        properties: { hour: { type: 'integer', maximum: 23 }, day: { type: 'string', format: 'date' } },
        required: ['hour'],
      },
    },
  ],
});

describe('to-chat', () => {
  it('writes conversations and counts them', async () => {
    const done = await run([{ instruction: 'Hi', output: 'Hello' }, call({ hour: 7, day: 'Monday' })]);
    expect((await done.rows<ChatRow>('dataset')).map((row) => chatRow.parse(row).messages.length)).toEqual([
      2, 2,
    ]);
    expect(await done.json('dataset', 'stats.json')).toEqual({
      rows: 2,
      kept: 2,
      withTools: 1,
      withCalls: 1,
      severalTurns: 0,
      dropped: { count: 0, first: [] },
    });
  });

  it('drops a row whose call does not fit its function, and says so', async () => {
    const done = await run([call({ hour: 7 }), call({ hour: 'seven' }), call({}, 'get_up')]);
    expect(await done.rows('dataset')).toHaveLength(1);
    expect(done.warnings).toEqual(['rows-dropped']);
    expect((await done.json<{ dropped: unknown }>('dataset', 'stats.json')).dropped).toEqual({
      count: 2,
      first: [
        'row 2: its call of set_alarm does not fit the function\'s schema: hour: takes a number, not "seven"',
        'row 3: it calls get_up, which is not among its tools',
      ],
    });
  });

  it('drops a row with a result where no function was called', async () => {
    const stray = {
      conversations: [
        { from: 'human', value: 'My BMI?' },
        { from: 'gpt', value: 'calculate_bmi: 1.75, 70' },
        { from: 'observation', value: '22.9' },
        { from: 'gpt', value: 'It is 22.9.' },
      ],
    };
    const done = await run([stray, { instruction: 'Hi', output: 'Hello' }]);
    expect((await done.json<{ dropped: object }>('dataset', 'stats.json')).dropped).toEqual({
      count: 1,
      first: ['row 1: it has a result where no function was called'],
    });
  });

  it('refuses such a row, or keeps it, when told so', async () => {
    await expect(run([call({ hour: 24 })], { wrongCalls: 'refuse' })).rejects.toMatchObject({
      reason: 'bad-input',
      message:
        "1 of 1 rows cannot become conversations\n  row 1: its call of set_alarm does not fit the function's schema: hour: takes at most 23, not 24",
    });
    expect(await (await run([call({ hour: 24 })], { wrongCalls: 'keep' })).rows('dataset')).toHaveLength(1);
  });

  it('does not judge a call by a schema that nobody can read', async () => {
    const row = call({ hour: 1 });
    const odd = {
      ...row,
      tools: [{ name: 'set_alarm', parameters: { type: 'objekt', required: 'hour', properties: 3 } }],
    };
    const done = await run([odd], { wrongCalls: 'refuse' });
    expect(await done.rows('dataset')).toHaveLength(1);
    expect(done.warnings).toEqual(['schema-unread']);
  });

  it.each([
    [{ type: 'object', required: { hour: true } }, '`required` is not a list'],
    [
      { type: 'object', properties: { at: { type: 'object', required: true } } },
      '`properties.at.required` is not a list',
    ],
    [
      { type: 'object', properties: { at: { type: 'array', items: { type: 'object', required: true } } } },
      '`properties.at.items.required` is not a list',
    ],
  ])('says what of a schema cannot be read: %o', (parameters, why) => {
    const check = createCallCheck();
    const tools = [{ name: 'set_alarm', parameters }];
    const calls = [{ function: { name: 'set_alarm', arguments: {} } }];
    const row = toConversation(
      {
        messages: [
          { role: 'user', content: 'Wake me.' },
          { role: 'assistant', tool_calls: calls },
        ],
        tools,
      },
      undefined,
    );
    expect(check.check(row)).toBeUndefined();
    expect([...check.unread]).toEqual([['set_alarm', why]]);
  });

  it('names twenty bad rows and counts the rest', async () => {
    const bad = Array.from({ length: 23 }, () => ({ instruction: 'I am {{name}}', output: 'yes' }));
    await expect(run([{ instruction: 'Hi', output: 'Hello' }, ...bad])).rejects.toThrow(
      /^23 of 24 rows cannot become conversations\n {2}row 2: \{\{name\}\} was never filled in\n(.*\n){18} {2}row 21: .*\n {2}and 3 more$/,
    );
  });

  it('refuses a file of no rows', async () => {
    await expect(run([])).rejects.toThrow('there are no rows');
  });

  it.each(['alpaca-zh.json', 'tool-calls-zh.jsonl', 'tool-calls-en.train.jsonl', 'tool-calls-en.test.jsonl'])(
    'takes every row of data/%s, every call checked',
    async (name) => {
      const text = await readFile(new URL(`../../data/${name}`, import.meta.url), 'utf8');
      const rows = (
        name.endsWith('.json')
          ? JSON.parse(text)
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as unknown)
      ) as unknown[];
      const done = await run(rows, { wrongCalls: 'refuse' });
      expect(await done.rows('dataset')).toHaveLength(rows.length);
    },
  );
});
