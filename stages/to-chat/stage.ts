import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { chatDataset } from '../kinds/chat-dataset.ts';
import { rows } from '../kinds/rows.ts';

/** Turns source rows into conversations: system, user, assistant and tool messages. */
export const toChat = defineStage(import.meta.url, {
  name: 'to-chat',
  inputs: { rows },
  params: z.strictObject({
    system: z.string().min(1).optional().describe('A system message for rows that bring none'),
    /** @default 'structured' */
    tools: z
      .enum(['structured', 'text'])
      .default('structured')
      .describe(
        'What becomes of tools and calls: `structured` leaves them to the chat template; `text` writes them into the messages, for a model whose template knows none',
      ),
    /** @default 'refuse' */
    braces: z
      .enum(['refuse', 'keep'])
      .default('refuse')
      .describe(
        'Rows that hold `{{name}}`: `refuse` takes it for a form that nobody filled in; `keep` is for rows about templates',
      ),
    /** @default 'drop' */
    wrongCalls: z
      .enum(['drop', 'refuse', 'keep'])
      .default('drop')
      .describe(
        'Rows that call a function they do not list, or with arguments that do not fit its schema: `drop` counts and names them, `refuse` ends the step',
      ),
  }),
  outputs: { dataset: chatDataset },
  runs: host('./run.ts'),
});
