import { createHash } from 'node:crypto';
import type { ChatMessage, ChatRow } from '../kinds/chat-row.ts';
import type { AlpacaRow, MessagesRow, SharegptRow } from '../kinds/rows.ts';

/** A source row that cannot become a conversation, and why. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

/** A name in double braces is a form that nobody filled in, as in `{{name}}`. */
const unfilled = /\{\{\s*[\p{L}_][\p{L}\p{N}_.-]*\s*\}\}/u;

/**
 * Makes a conversation of a source row, whichever format it is in.
 *
 * @param system A system message for rows that bring none.
 * @param braces Whether `{{name}}` is taken for a form that was never filled in, or kept as what the row is about.
 * @throws RowError for a row whose messages are out of order or that does not end with an answer, an empty message, such a `{{name}}`, a call or a list of
 *   tools that cannot be read.
 */
export function toConversation(
  row: AlpacaRow | SharegptRow | MessagesRow,
  system: string | undefined,
  braces: 'refuse' | 'keep' = 'refuse',
): ChatRow {
  const { messages, tools } =
    'instruction' in row ? fromAlpaca(row) : 'conversations' in row ? fromSharegpt(row) : fromMessages(row);
  const complete =
    system !== undefined && messages[0]?.role !== 'system'
      ? [{ role: 'system' as const, content: system }, ...messages]
      : messages;
  const blank = complete.find(
    ({ role, content, tool_calls: calls }) => role !== 'tool' && content.trim() === '' && calls === undefined,
  );
  if (blank !== undefined) throw new RowError(`the ${blank.role} message is empty`);
  for (const [at, message] of complete.entries()) {
    const disorder = outOfOrder(message, complete[at - 1]);
    if (disorder !== undefined) throw new RowError(`${disorder} (${placeOf(row, at - complete.length)})`);
  }
  if (complete.at(-1)?.role !== 'assistant') throw new RowError('it does not end with an answer');
  const brace = complete
    .map(({ content }) => unfilled.exec(content)?.[0])
    .find((found) => found !== undefined);
  if (brace !== undefined && braces === 'refuse') throw new RowError(`${brace} was never filled in`);
  return { id: promptId(complete), messages: complete, ...(tools === undefined ? {} : { tools }) };
}

/** Where a message stands in its row, counted from the end: something else may have been put before the first one. */
function placeOf(row: AlpacaRow | SharegptRow | MessagesRow, fromEnd: number): string {
  if ('conversations' in row) return `conversations[${row.conversations.length + fromEnd}]`;
  return 'messages' in row ? `messages[${row.messages.length + fromEnd}]` : 'history';
}

/**
 * Why a message cannot stand behind another one. Whether a result may is for the check of the calls to say. Several
 * questions in a row may: people write so, GLM-4's and ChatML's templates write them one behind the other, and what is
 * learned is the answer to all of them. Of two answers the first would teach GLM-4 no end, since the role that ends an
 * answer is then its own.
 */
function outOfOrder(
  { role, tool_calls: calls }: ChatMessage,
  before: ChatMessage | undefined,
): string | undefined {
  if (role === 'system')
    return before === undefined ? undefined : 'it has a system message behind another one';
  if (role === 'user' || role === 'tool') return undefined;
  if (before === undefined || before.role === 'system') return 'it has an answer before any question';
  const both = before.role === 'assistant' && calls === undefined && before.tool_calls === undefined;
  return both ? 'it has two answers in a row' : undefined;
}

/** The identity of a prompt: everything before the last answer, whatever its spacing. */
function promptId(messages: readonly ChatMessage[]): string {
  const prompt = messages
    .slice(0, -1)
    .map(({ role, content, tool_calls: calls }) => [
      role,
      content.trim().replace(/\s+/g, ' '),
      calls ?? null,
    ]);
  return createHash('sha256').update(JSON.stringify(prompt)).digest('hex').slice(0, 16);
}

interface Conversation {
  readonly messages: readonly ChatMessage[] & ChatMessage[];
  readonly tools?: ChatRow['tools'];
}

function fromAlpaca({ instruction, input, output, system, history }: AlpacaRow): Conversation {
  const question = input === undefined || input.trim() === '' ? instruction : `${instruction}\n\n${input}`;
  const messages: ChatMessage[] = [];
  if (system !== undefined && system !== '') messages.push({ role: 'system', content: system });
  for (const [asked, answered] of history ?? []) {
    messages.push({ role: 'user', content: asked }, { role: 'assistant', content: answered });
  }
  messages.push({ role: 'user', content: question }, { role: 'assistant', content: output });
  return { messages };
}

const roles = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  system: 'system',
  observation: 'tool',
  tool: 'tool',
} as const;

function fromSharegpt({ conversations, system, tools }: SharegptRow): Conversation {
  const messages: ChatMessage[] = [];
  if (system !== undefined && system !== '') messages.push({ role: 'system', content: system });
  for (const { from, value } of conversations) {
    messages.push(from === 'function_call' ? callMessage(value) : { role: roles[from], content: value });
  }
  const known = typeof tools === 'string' ? (tools.trim() === '' ? undefined : parse(tools, 'tools')) : tools;
  return { messages, tools: known === undefined ? undefined : toTools(known) };
}

/** ShareGPT writes a call as a JSON text; models learn it as a call. */
function callMessage(value: string): ChatMessage {
  const parsed = parse(value, 'the call');
  return { role: 'assistant', content: '', tool_calls: toCalls(Array.isArray(parsed) ? parsed : [parsed]) };
}

function toCalls(calls: readonly unknown[]): NonNullable<ChatMessage['tool_calls']> {
  if (calls.length === 0) throw new RowError('a call names no function');
  return calls.map((call) => {
    const { name, arguments: given } = (call ?? {}) as { name?: unknown; arguments?: unknown };
    const values = typeof given === 'string' ? parse(given, 'the arguments of the call') : (given ?? {});
    if (typeof name !== 'string' || name === '') throw new RowError('a call names no function');
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw new RowError(`the arguments of ${name} are not an object`);
    return { type: 'function', function: { name, arguments: values as Record<string, unknown> } };
  });
}

function fromMessages({ messages, tools }: MessagesRow): Conversation {
  return {
    messages: messages.map((message) => {
      const role = message.role === 'developer' ? 'system' : message.role;
      const content = message.content ?? '';
      // Exports of tables write null, and others an empty list, where there was no call.
      const calls = message['tool_calls'] ?? [];
      if (!Array.isArray(calls)) throw new RowError('`tool_calls` is not a list');
      if (calls.length === 0) return { role, content };
      const called = calls.map((call: { function?: unknown } | null) => call?.function);
      return { role: 'assistant', content, tool_calls: toCalls(called) };
    }),
    tools: tools === undefined ? undefined : toTools(tools),
  };
}

function toTools(value: unknown): NonNullable<ChatRow['tools']> {
  if (!Array.isArray(value)) throw new RowError('`tools` is not a list');
  return value.map((entry: unknown) => {
    const tool = (entry ?? {}) as { type?: unknown; function?: unknown; name?: unknown };
    const declared = (tool.type === 'function' ? (tool.function ?? tool) : tool) as { name?: unknown };
    if (typeof declared.name !== 'string' || declared.name === '') throw new RowError('a tool has no name');
    return { type: 'function', function: declared as { name: string } };
  });
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RowError(`${what} is not JSON`);
  }
}
