import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chatRow, type ChatRow } from '../kinds/chat-row.ts';
import { runJob } from '../test-job.ts';
import { asText } from './as-text.ts';
import implementation from './run.ts';
import { toChat } from './stage.ts';

const tool = (name: string, parameters: unknown, description?: string) => ({
  type: 'function' as const,
  function: { name, ...(description === undefined ? {} : { description }), parameters },
});
const alarm = tool(
  'set_alarm',
  {
    type: 'object',
    properties: {
      hour: { type: 'integer' },
      label: { type: ['string', 'null'] },
      tone: { enum: ['soft', 'loud'] },
    },
    required: ['hour', 'label'],
  },
  'Set an alarm',
);
const asked: ChatRow = {
  id: '0123456789abcdef',
  messages: [
    { role: 'user', content: 'Wake me at 7.' },
    {
      role: 'assistant',
      content: '',
      tool_calls: [
        { type: 'function', function: { name: 'set_alarm', arguments: { hour: 7, label: '晨跑' } } },
      ],
    },
    { role: 'tool', content: '{"status":"ok"}' },
    { role: 'assistant', content: 'Done.' },
  ],
  tools: [alarm],
};

describe('tools as text', () => {
  it('stand in a system message, calls on one line, results with the user', () => {
    expect(asText(asked)).toEqual({
      id: '0123456789abcdef',
      messages: [
        {
          role: 'system',
          content:
            'Tools:\nset_alarm(hour: integer, label: string | null, tone?: "soft" | "loud"): Set an alarm',
        },
        { role: 'user', content: 'Wake me at 7.' },
        { role: 'assistant', content: '{"name": "set_alarm", "arguments": {"hour": 7, "label": "晨跑"}}' },
        { role: 'user', content: 'Result: {"status":"ok"}' },
        { role: 'assistant', content: 'Done.' },
      ],
    });
  });

  it('follow the system message of the row', () => {
    const messages = [{ role: 'system' as const, content: 'Be brief.' }, ...asked.messages];
    expect(asText({ ...asked, messages }).messages[0]?.content).toMatch(/^Be brief\.\n\nTools:\nset_alarm\(/);
  });

  it('keep what is said beside a call, and several calls on a line each', () => {
    const call = (name: string) => ({
      type: 'function' as const,
      function: { name, arguments: { of: [1, { a: 2 }] } },
    });
    const messages = [
      { role: 'user' as const, content: 'Both' },
      { role: 'assistant' as const, content: 'I will.', tool_calls: [call('one'), call('two')] },
    ];
    expect(asText({ id: asked.id, messages }).messages[1]?.content).toBe(
      'I will.\n{"name": "one", "arguments": {"of": [1, {"a": 2}]}}\n{"name": "two", "arguments": {"of": [1, {"a": 2}]}}',
    );
  });

  it.each([
    [undefined, 'f()'],
    ['text', 'f()'],
    [{ properties: 3, required: 'x' }, 'f()'],
    [{ properties: { a: null, b: true, c: { enum: 4 } }, required: 'a' }, 'f(a, b, c)'],
  ])('take the schema %j without complaint', (parameters, written) => {
    expect(asText({ ...asked, tools: [tool('f', parameters)] }).messages[0]?.content).toBe(
      `Tools:\n${written}`,
    );
  });

  it('leave no structure in the rows of the demonstration that its chat template would lose', async () => {
    for (const half of ['train', 'test']) {
      const file = new URL(`../../data/tool-calls-en.${half}.jsonl`, import.meta.url);
      const rows = (await readFile(file, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      const job = { stage: toChat, inputs: { rows }, params: { tools: 'text' } };
      const written = await (await runJob(implementation, job)).rows<ChatRow>('dataset');
      expect(written).toHaveLength(rows.length);
      for (const row of written) {
        expect(chatRow.parse(row).tools).toBeUndefined();
        expect(row.messages.map(({ role }) => role)).not.toContain('tool');
        expect(row.messages.every(({ tool_calls: calls }) => calls === undefined)).toBe(true);
      }
    }
  });
});
