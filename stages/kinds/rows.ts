import { datasetKind } from '@temper/pipeline';
import { z } from 'zod';

/** Alpaca: https://github.com/tatsu-lab/stanford_alpaca */
export const alpacaRow = z.strictObject({
  instruction: z.string().min(1),
  input: z.string().optional(),
  output: z.string().min(1),
  system: z.string().optional(),
  /** Earlier turns: question and answer. */
  history: z.array(z.tuple([z.string(), z.string()])).optional(),
});

/** ShareGPT: https://github.com/lm-sys/FastChat */
export const sharegptRow = z.strictObject({
  conversations: z
    .array(
      z.strictObject({
        from: z.enum(['human', 'user', 'gpt', 'assistant', 'system', 'function_call', 'observation', 'tool']),
        value: z.string(),
      }),
    )
    .min(2),
  system: z.string().optional(),
  /** A JSON text with a list of tools, or the list itself. */
  tools: z.union([z.string(), z.array(z.unknown())]).optional(),
});

/** OpenAI: https://platform.openai.com/docs/api-reference/chat */
export const messagesRow = z.strictObject({
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
        content: z.string().nullable().optional(),
      }),
    )
    .min(2),
  tools: z.array(z.unknown()).optional(),
});

export type AlpacaRow = z.infer<typeof alpacaRow>;
export type SharegptRow = z.infer<typeof sharegptRow>;
export type MessagesRow = z.infer<typeof messagesRow>;

/** Source rows in one of the three formats that are read: `rows.jsonl`. */
export const rows = datasetKind(import.meta.url, 'rows', {
  row: z.union([alpacaRow, sharegptRow, messagesRow]),
});
