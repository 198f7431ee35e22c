import { implement, JobError } from '@temper/pipeline/job';
import type { ChatRow } from '../kinds/chat-row.ts';
import { asText } from './as-text.ts';
import { createCallCheck } from './calls.ts';
import { RowError, toConversation } from './conversation.ts';
import type { toChat } from './stage.ts';

/** How many bad rows are listed where they fail the step, and where they are only dropped; the count is given in any case. */
const listed = 20;
const warned = 3;

export default implement<typeof toChat>(async (job) => {
  const { system, tools, braces, wrongCalls } = job.params;
  const calls = createCallCheck();
  const problems = createList();
  const dropped = createList();
  const count = { rows: 0, kept: 0, withTools: 0, withCalls: 0, severalTurns: 0 };
  async function* conversations(): AsyncIterable<ChatRow> {
    for await (const row of job.inputs.rows.rows()) {
      count.rows += 1;
      try {
        const chat = toConversation(row, system, braces);
        const wrong = wrongCalls === 'keep' ? undefined : calls.check(chat);
        if (wrong !== undefined) {
          (wrongCalls === 'drop' ? dropped : problems).add(count.rows, wrong);
          continue;
        }
        count.kept += 1;
        if (chat.tools !== undefined) count.withTools += 1;
        if (chat.messages.some(({ tool_calls: called }) => called !== undefined)) count.withCalls += 1;
        if (chat.messages.filter(({ role }) => role === 'user').length > 1) count.severalTurns += 1;
        yield tools === 'text' ? asText(chat) : chat;
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        problems.add(count.rows, error.message);
      }
    }
  }
  const dataset = await job.outputs.dataset.writeRows(conversations());
  if (problems.count > 0) {
    throw new JobError(
      'bad-input',
      `${problems.count} of ${count.rows} rows cannot become conversations\n${problems.text()}`,
      {
        hint: problems.lines.some((line) => line.endsWith('was never filled in'))
          ? 'mend or remove these rows, or keep what is about templates with `braces: keep`; nothing was kept'
          : 'mend or remove these rows; nothing was kept',
      },
    );
  }
  if (count.rows === 0) throw new JobError('bad-input', 'there are no rows');
  if (count.kept === 0) {
    throw new JobError(
      'bad-input',
      `all ${count.rows} rows were dropped for their calls\n${dropped.text()}`,
      {
        hint: 'mend the rows, or keep them with `wrongCalls: keep`',
      },
    );
  }
  if (dropped.count > 0) {
    job.warning(
      'rows-dropped',
      `${dropped.count} of ${count.rows} rows were dropped\n${dropped.text(warned)}`,
    );
  }
  const [unread] = calls.unread;
  if (unread !== undefined) {
    const others = calls.unread.size - 1;
    job.warning(
      'schema-unread',
      `calls of ${unread[0]}${others > 0 ? ` and ${String(others)} more functions` : ''} were not checked, since the schema cannot be read: ${unread[1]}`,
    );
  }
  await job.outputs.dataset.writeJson('stats.json', {
    ...count,
    dropped: { count: dropped.count, first: dropped.lines },
  });
  return { dataset };
});

/** Rows and what is wrong with them: all are counted, the first twenty are named. */
function createList() {
  const lines: string[] = [];
  const list = {
    lines,
    count: 0,
    add(number: number, sentence: string): void {
      list.count += 1;
      if (lines.length < listed) lines.push(`row ${number}: ${sentence}`);
    },
    text: (most = listed): string => {
      const more = list.count > most ? [`and ${list.count - most} more`] : [];
      return [...lines.slice(0, most), ...more].map((line) => `  ${line}`).join('\n');
    },
  };
  return list;
}
