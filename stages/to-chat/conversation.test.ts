import { describe, expect, it } from 'vitest';
import { RowError, toConversation } from './conversation.ts';

const said = (...turns: string[]) =>
  turns.map((value, index) => ({ from: index % 2 === 0 ? ('human' as const) : ('gpt' as const), value }));

describe('an Alpaca row', () => {
  it('becomes a question and an answer, the input after an empty line', () => {
    expect(toConversation({ instruction: 'Add.', input: '1 + 1', output: '2' }, undefined).messages).toEqual([
      { role: 'user', content: 'Add.\n\n1 + 1' },
      { role: 'assistant', content: '2' },
    ]);
  });

  it('with an empty input is its instruction alone', () => {
    expect(
      toConversation({ instruction: 'Sing.', input: ' ', output: 'La' }, undefined).messages[0]?.content,
    ).toBe('Sing.');
  });

  it('brings its system line and its history in front', () => {
    const row = {
      instruction: 'And now?',
      output: 'Later.',
      system: 'Be brief.',
      history: [['When?', 'Soon.']] as [string, string][],
    };
    expect(toConversation(row, 'unused').messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: Be brief.',
      'user: When?',
      'assistant: Soon.',
      'user: And now?',
      'assistant: Later.',
    ]);
  });

  it('without a system line takes the one of the stage', () => {
    const row = toConversation({ instruction: 'Hi', output: 'Hello' }, 'Be kind.');
    expect(row.messages[0]).toEqual({ role: 'system', content: 'Be kind.' });
  });
});

describe('a ShareGPT row', () => {
  const weather = {
    name: 'weather',
    description: 'Tells it',
    parameters: { type: 'object', properties: {} },
  };

  it('keeps calls, results and tools', () => {
    const row = toConversation(
      {
        conversations: [
          { from: 'human', value: 'Rain?' },
          { from: 'function_call', value: '{"name": "weather", "arguments": {"city": "Oslo"}}' },
          { from: 'observation', value: '{"rain": true}' },
          { from: 'gpt', value: 'Yes.' },
        ],
        tools: JSON.stringify([weather]),
      },
      undefined,
    );
    expect(row.messages).toEqual([
      { role: 'user', content: 'Rain?' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ type: 'function', function: { name: 'weather', arguments: { city: 'Oslo' } } }],
      },
      { role: 'tool', content: '{"rain": true}' },
      { role: 'assistant', content: 'Yes.' },
    ]);
    expect(row.tools).toEqual([{ type: 'function', function: weather }]);
  });

  it.each(['', '  ', undefined])('with the tools %j has none', (tools) => {
    const row = { conversations: said('Hi', 'Hello'), ...(tools === undefined ? {} : { tools }) };
    expect(toConversation(row, undefined)).not.toHaveProperty('tools');
  });
});

it('a row of messages is taken as it is, its calls with parsed arguments', () => {
  const row = toConversation(
    {
      messages: [
        { role: 'developer', content: 'Be exact.' },
        { role: 'user', content: 'Two and two?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ function: { name: 'add', arguments: '{"numbers":[2,2]}' } }],
        },
        { role: 'tool', content: '4' },
        { role: 'assistant', content: 'Four.' },
      ],
    },
    undefined,
  );
  expect(row.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant']);
  expect(row.messages[2]?.tool_calls?.[0]?.function).toEqual({ name: 'add', arguments: { numbers: [2, 2] } });
});

it.each([null, []])('a message whose calls are %j calls nothing', (calls) => {
  const messages = [
    { role: 'user' as const, content: 'Hi' },
    { role: 'assistant' as const, content: 'Hello', tool_calls: calls },
  ];
  expect(toConversation({ messages }, undefined).messages[1]).toEqual({
    role: 'assistant',
    content: 'Hello',
  });
});

describe('the id', () => {
  const id = (instruction: string, output = 'yes') => toConversation({ instruction, output }, undefined).id;

  it('is that of the prompt, whatever the answer and the spacing', () => {
    expect(id('Is it so?', 'no')).toBe(id('Is  it\nso? '));
    expect(id('Is it so?')).not.toBe(id('Is it not so?'));
  });

  it('is the beginning of the SHA-256 of [[role, content, calls], …]', () => {
    // printf '%s' '[["user","Is it so?",null]]' | sha256sum
    expect(id('Is it so?')).toBe('596c0c632d56ecfb');
  });
});

it('a row about templates may keep its braces', () => {
  const row = { instruction: 'How does Vue show a name?', output: 'With {{ name }}.' };
  expect(toConversation(row, undefined, 'keep').messages.at(-1)?.content).toBe('With {{ name }}.');
});

describe('refused is a row', () => {
  it.each([
    ['with an unfilled name', said('Who are you?', 'I am {{name}}.'), '{{name}} was never filled in'],
    [
      'with an unfilled name in Chinese',
      said('{{ 用户名 }}你好', '你好'),
      '{{ 用户名 }} was never filled in',
    ],
    ['that ends with a question', said('Hi', 'Hello', 'How are you?'), 'it does not end with an answer'],
    ['with an empty answer', said('Hi', ' '), 'the assistant message is empty'],
    [
      'with a call that is not JSON',
      [...said('Hi'), { from: 'function_call' as const, value: 'f(1)' }],
      'the call is not JSON',
    ],
    [
      'with a call without a name',
      [...said('Hi'), { from: 'function_call' as const, value: '{"arguments": {}}' }],
      'a call names no function',
    ],
    [
      'with a call of nothing',
      [...said('Hi'), { from: 'function_call' as const, value: '[]' }],
      'a call names no function',
    ],
    [
      'with a list of arguments',
      [...said('Hi'), { from: 'function_call' as const, value: '{"name": "f", "arguments": [1]}' }],
      'the arguments of f are not an object',
    ],
  ])('%s', (_, conversations, message) => {
    expect(() => toConversation({ conversations }, undefined)).toThrow(new RowError(message));
  });

  it.each([
    ['are a text', 'f(1)', '`tool_calls` is not a list'],
    ['hold null', [null], 'a call names no function'],
    ['hold an empty object', [{}], 'a call names no function'],
  ])('whose calls %s', (_, calls, message) => {
    const messages = [
      { role: 'user' as const, content: 'Hi' },
      { role: 'assistant' as const, content: '', tool_calls: calls },
    ];
    expect(() => toConversation({ messages }, undefined)).toThrow(new RowError(message));
  });

  it.each([
    ['are no list', '{}', '`tools` is not a list'],
    ['are no JSON', 'weather', 'tools is not JSON'],
    ['hold null', [null], 'a tool has no name'],
    ['hold a function of nothing', [{ type: 'function', function: null }], 'a tool has no name'],
  ])('whose tools %s', (_, tools, message) => {
    expect(() => toConversation({ conversations: said('Hi', 'Hello'), tools }, undefined)).toThrow(
      new RowError(message),
    );
  });
});

it('braces of programs are not taken for forms', () => {
  const output = 'const point = {{x: 1}, {y: 2}}; f"{{{value}}}"';
  expect(() =>
    toConversation({ instruction: 'Show braces.', output: output.replace('{{{value}}}', '') }, undefined),
  ).not.toThrow();
});

describe('a conversation out of order', () => {
  it.each([
    [
      'begins with an answer',
      ['gpt', 'human', 'gpt'],
      'it has an answer before any question (conversations[0])',
    ],
    [
      'answers its system message',
      ['system', 'gpt'],
      'it has an answer before any question (conversations[1])',
    ],
    ['answers twice', ['human', 'gpt', 'gpt'], 'it has two answers in a row (conversations[2])'],
    [
      'has a system message later on',
      ['human', 'gpt', 'system', 'human', 'gpt'],
      'it has a system message behind another one (conversations[2])',
    ],
    ['ends with a question', ['human', 'gpt', 'human'], 'it does not end with an answer'],
  ] as const)('that %s is refused', (_, roles, message) => {
    const conversations = roles.map((from) => ({ from, value: 'x' }));
    expect(() => toConversation({ conversations }, undefined)).toThrow(new RowError(message));
    const messages = conversations.map(({ from, value }) => ({
      role: ({ human: 'user', gpt: 'assistant', system: 'system' } as const)[from],
      content: value,
    }));
    expect(() => toConversation({ messages }, undefined)).toThrow(
      new RowError(message.replace('conversations', 'messages')),
    );
  });

  it('is told by its place in the row, though a system message was put before it', () => {
    const conversations = (['human', 'gpt', 'gpt'] as const).map((from) => ({ from, value: 'x' }));
    expect(() => toConversation({ conversations, system: 'Be brief.' }, undefined)).toThrow(
      'it has two answers in a row (conversations[2])',
    );
    expect(() => toConversation({ conversations }, 'Be kind.')).toThrow('(conversations[2])');
  });

  it('is not one in which somebody asks twice before the answer', () => {
    const conversations = (['human', 'human', 'gpt'] as const).map((from, at) => ({ from, value: `x${at}` }));
    expect(toConversation({ conversations }, undefined).messages).toEqual([
      { role: 'user', content: 'x0' },
      { role: 'user', content: 'x1' },
      { role: 'assistant', content: 'x2' },
    ]);
  });

  it('is not one in which words stand before a call, or a call follows a call', () => {
    const call = { from: 'function_call' as const, value: '{"name": "f", "arguments": {}}' };
    const conversations = [
      { from: 'human' as const, value: 'x' },
      { from: 'gpt' as const, value: 'I look it up.' },
      call,
      call,
      { from: 'observation' as const, value: '1' },
      { from: 'gpt' as const, value: 'One.' },
    ];
    expect(toConversation({ conversations }, 'Be kind.').messages).toHaveLength(7);
  });
});
