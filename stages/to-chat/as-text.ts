import type { ChatMessage, ChatRow } from '../kinds/chat-row.ts';

type Tool = NonNullable<ChatRow['tools']>[number];

/**
 * Writes tools, calls and results into the text of the messages, for a model whose chat template would leave them out:
 * the functions join the system message, a call is its JSON on one line, and the user brings what it gave.
 */
export function asText({ id, messages, tools = [] }: ChatRow): ChatRow {
  const written = messages.map(messageAsText);
  if (tools.length === 0) return { id, messages: written };
  const list = `Tools:\n${tools.map(toolAsText).join('\n')}`;
  const [first, ...others] = written;
  return first?.role === 'system'
    ? { id, messages: [{ role: 'system', content: `${first.content}\n\n${list}` }, ...others] }
    : { id, messages: [{ role: 'system', content: list }, ...written] };
}

function messageAsText({ role, content, tool_calls: calls }: ChatMessage): ChatMessage {
  if (role === 'tool') return { role: 'user', content: `Result: ${content}` };
  if (calls === undefined) return { role, content };
  const lines = calls.map(({ function: { name, arguments: given } }) =>
    // Spaced as Python's json writes it, which is how most models have seen it.
    spaced({ name, arguments: given }),
  );
  return { role, content: [content, ...lines].filter((line) => line !== '').join('\n') };
}

/** A function as a line: `set_alarm(time: string, label: string): Set an alarm`. */
function toolAsText({ function: declared }: Tool): string {
  // Public rows hold things that are no JSON Schema, so nothing is taken for granted below.
  const { properties, required } = (declared['parameters'] ?? {}) as {
    properties?: unknown;
    required?: unknown;
  };
  const parameters = Object.entries(properties ?? {}).map(([name, schema]: [string, unknown]) => {
    const mark = Array.isArray(required) && !required.includes(name) ? '?' : '';
    const kind = kindOf(schema);
    return `${name}${mark}${kind === '' ? '' : `: ${kind}`}`;
  });
  const about = declared.description === undefined ? '' : `: ${declared.description}`;
  return `${declared.name}(${parameters.join(', ')})${about}`;
}

/** What a value may be, as TypeScript would write it; nothing where the schema does not say. */
function kindOf(schema: unknown): string {
  const { type, enum: values } = (schema ?? {}) as { type?: unknown; enum?: unknown };
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  return Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : '';
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`);
  return `{${entries.join(', ')}}`;
}
