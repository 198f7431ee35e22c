import { JobError, misfit } from '@temper/pipeline/job';
import type { z } from 'zod';
import {
  alpacaRow,
  messagesRow,
  sharegptRow,
  type AlpacaRow,
  type MessagesRow,
  type SharegptRow,
} from '../kinds/rows.ts';

type SourceRow = AlpacaRow | SharegptRow | MessagesRow;

type Format = 'alpaca' | 'sharegpt' | 'messages';

/** How many bad rows are listed; the count is given in any case. */
const listed = 20;

const schemas = {
  alpaca: alpacaRow,
  sharegpt: sharegptRow,
  messages: messagesRow,
} satisfies Record<Format, z.ZodType>;

/** Checks rows one by one and tells at the end about all that did not fit. */
interface RowChecker {
  /**
   * The row as it is kept, or undefined when it does not fit.
   *
   * @param where Where it begins in its file.
   */
  check(row: unknown, number: number, where: string): SourceRow | undefined;
  /** @throws JobError when rows did not fit, or when there were none. */
  finish(): void;
}

export function createRowChecker(asked: Format | 'auto', name: string): RowChecker {
  const problems: string[] = [];
  let format = asked === 'auto' ? undefined : asked;
  let count = 0;
  let bad = 0;
  let misnamed = 0;
  /** Of the first row. */
  let keys = '';
  let preferences = false;
  return {
    check(row, number, where) {
      count += 1;
      const filled = withoutNulls(row);
      if (count === 1) {
        keys = describe(filled);
        preferences = holdsPreferences(filled);
      }
      format ??= formatOf(filled);
      if (format === undefined) {
        throw new JobError(
          'bad-input',
          `row ${number} of ${name} is in no format that is read: it has ${describe(row)}`,
          {
            hint: 'Alpaca rows have `instruction` and `output`, ShareGPT rows `conversations`, OpenAI rows `messages`',
          },
        );
      }
      const parsed = schemas[format].safeParse(filled);
      const half = parsed.success ? findHalf(parsed.data) : undefined;
      if (parsed.success && half === undefined) return parsed.data;
      bad += 1;
      const issue = parsed.error?.issues[0];
      if (issue !== undefined && isMisnamed(issue, filled)) misnamed += 1;
      if (problems.length < listed) {
        const { field, reason } =
          issue === undefined ? { field: half ?? '', reason: halfCharacter } : misfit(issue, filled);
        const line = lineOf(where, number);
        problems.push(`  row ${number}${line}: ${field === '' ? 'the row' : field}: ${reason}`);
      }
      return undefined;
    },
    finish() {
      if (count === 0) {
        throw new JobError('bad-input', `${name} holds no rows`, {
          hint: 'name another file, or export it again',
        });
      }
      if (bad === 0) return;
      const more = bad > listed ? `\n  and ${bad - listed} more` : '';
      throw new JobError(
        'bad-input',
        `${bad} of ${count} rows of ${name} ${bad === 1 ? 'does' : 'do'} not fit the ${format ?? ''} format\n${problems.join('\n')}${more}`,
        {
          hint: preferences
            ? 'rows with `chosen` and `rejected` are preferences: make `messages` of the question and the chosen answer; nothing was kept'
            : misnamed === count
              ? `the first row has ${keys}: rename them, or say with \`format\` how the rows are laid out; nothing was kept`
              : 'mend or remove these rows; nothing was kept',
        },
      );
    },
  };
}

/** Whether a row lacks a key, or has one that is not of its format. */
function isMisnamed({ code, path }: z.core.$ZodIssue, row: unknown): boolean {
  const [key, ...inside] = path;
  if (key === undefined || inside.length > 0) return code === 'unrecognized_keys';
  return !(key in (row as object));
}

/** Whether a row compares two answers, as those for DPO do. No stage learns from such rows. */
function holdsPreferences(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'chosen' in row && 'rejected' in row;
}

/** The format that a row's keys speak of. */
function formatOf(row: unknown): Format | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  if ('conversations' in row) return 'sharegpt';
  if ('messages' in row) return 'messages';
  return 'instruction' in row ? 'alpaca' : undefined;
}

/** Tables have a column in every row: an empty cell is an absent field. */
function withoutNulls(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

const halfCharacter = 'holds half of a character, a lone surrogate such as \\ud83d';

/** The field with a text that is no whole Unicode, as `\ud83d` alone in a JSON file; no tokenizer takes it. */
function findHalf(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return /[\ud800-\udfff]/u.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = findHalf(inner, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The line of a row, where it is another than its number and the file has more than one. */
function lineOf(where: string, number: number): string {
  const line = Number(/:(\d+):\d+$/.exec(where)?.[1] ?? 1);
  return line === 1 || line === number ? '' : ` (line ${line})`;
}

function describe(row: unknown): string {
  if (Array.isArray(row)) return `a list of ${row.length} values instead of keys`;
  if (typeof row !== 'object' || row === null) return `the value ${JSON.stringify(row)}`;
  const keys = Object.keys(row);
  return keys.length === 0 ? 'no keys' : `the keys ${keys.join(', ')}`;
}
