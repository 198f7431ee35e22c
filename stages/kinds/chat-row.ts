import { z } from 'zod';

const toolCall = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) }),
});

const message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  tool_calls: z.array(toolCall).optional(),
});

const tool = z.strictObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string().min(1), description: z.string().optional() }),
});

/** A conversation: messages in the form that chat templates take, and the tools it may call. */
export const chatRow = z.strictObject({
  /** The first 16 hex digits of the SHA-256 of the prompt: equal prompts have equal ids. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  messages: z.array(message).min(2),
  tools: z.array(tool).optional(),
});

export type ChatRow = z.infer<typeof chatRow>;
export type ChatMessage = ChatRow['messages'][number];
