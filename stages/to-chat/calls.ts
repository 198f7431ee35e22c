import { misfit } from '@temper/pipeline/job';
import { z } from 'zod';
import type { ChatMessage, ChatRow } from '../kinds/chat-row.ts';

type Tool = NonNullable<ChatRow['tools']>[number];

/** Whether a result may stand behind this message: a call, or another result of the same calls. */
function answersCall(before: ChatMessage | undefined): boolean {
  return before?.role === 'tool' || before?.tool_calls !== undefined;
}

/** Checks the calls of conversations against the schemas of their functions. */
export interface CallCheck {
  /** What is wrong with a conversation's calls, as a sentence; undefined when every call fits its function. */
  check(row: ChatRow): string | undefined;
  /** Functions that were called and whose schema cannot be read, each with the reason, in the order they came. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Rows of one file share their functions, so each schema is read once. */
export function createCallCheck(): CallCheck {
  const schemas = new Map<string, z.ZodType | undefined>();
  const unread = new Map<string, string>();
  const check: CallCheck['check'] = ({ messages, tools = [] }) => {
    const declared = new Map(tools.map((tool) => [tool.function.name, tool]));
    for (const { function: called } of messages.flatMap((message) => message.tool_calls ?? [])) {
      const tool = declared.get(called.name);
      if (tool === undefined) return `it calls ${called.name}, which is not among its tools`;
      const issue = schemaOf(tool)?.safeParse(called.arguments).error?.issues[0];
      if (issue !== undefined) {
        const { field, reason } = misfit(issue, called.arguments);
        const what = field === '' ? 'the arguments' : field;
        return `its call of ${called.name} does not fit the function's schema: ${what}: ${reason}`;
      }
    }
    const stray = messages.some(({ role }, index) => role === 'tool' && !answersCall(messages[index - 1]));
    return stray ? 'it has a result where no function was called' : undefined;
  };
  return { check, unread };

  /** Undefined when the function declares no schema, or none that can be read. */
  function schemaOf(tool: Tool): z.ZodType | undefined {
    const { name, parameters } = tool.function;
    if (typeof parameters !== 'object' || parameters === null) return undefined;
    const key = JSON.stringify(parameters);
    if (!schemas.has(key)) schemas.set(key, read(name, parameters));
    return schemas.get(key);
  }

  function read(name: string, parameters: object): z.ZodType | undefined {
    try {
      return z.fromJSONSchema(withoutFormats(parameters) as Parameters<typeof z.fromJSONSchema>[0]);
    } catch (error) {
      // Public rows hold things that are no JSON Schema; a call cannot break a rule that nobody can read.
      const why = error instanceof Error ? error.message : String(error);
      unread.set(name, findMisshapen(parameters) ?? why);
      return undefined;
    }
  }
}

/** The first keyword whose value is not what JSON Schema asks for there; the reader trips over it without saying where. */
function findMisshapen(schema: unknown, path = ''): string | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  for (const [keyword, value] of Object.entries(schema as Readonly<Record<string, unknown>>)) {
    const here = path === '' ? keyword : `${path}.${keyword}`;
    if (keyword === 'required' && !Array.isArray(value)) return `\`${here}\` is not a list`;
    const inside = keyword === 'properties' ? Object.entries(value ?? {}) : [];
    for (const [name, inner] of inside) {
      const found = findMisshapen(inner, `${here}.${name}`);
      if (found !== undefined) return found;
    }
    const found = keyword === 'items' ? findMisshapen(value, here) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `format` is a remark and no rule: https://json-schema.org/draft/2020-12/json-schema-validation#section-7.2.1 */
function withoutFormats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFormats);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, inner]) => name !== 'format' || typeof inner !== 'string',
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutFormats(inner)]));
}
