import type { z } from 'zod';

/** What a value does not fit a schema for: the field, and the reason in a few words. */
export interface Misfit {
  /** Dotted; empty for the value itself. */
  readonly field: string;
  readonly reason: string;
  /** What stands there; zod keeps no values in its issues. */
  readonly value: unknown;
  /** Texts that would fit, where there are a few. */
  readonly choices: readonly string[];
}

/**
 * Puts an issue of zod into words: what is due, and what stands there instead.
 *
 * @param whole What was parsed.
 */
export function misfit(issue: z.core.$ZodIssue, whole: unknown): Misfit {
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null)?.[key],
    whole,
  );
  const choices = (choicesOf(issue) ?? []).filter((choice) => typeof choice === 'string');
  return { field: issue.path.map(String).join('.'), reason: reason(issue, value), value, choices };
}

function reason(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.map((key) => `\`${key}\``).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} not part of it`;
  if (value === undefined) return 'is missing';
  if (issue.code === 'too_small' && value === '') return 'is empty';
  const due = whatIsDue(issue);
  const isSize = issue.code === 'too_small' || issue.code === 'too_big';
  if (due !== undefined)
    return `takes ${due}, not ${isSize && Array.isArray(value) ? String(value.length) : shown(value)}`;
  // A sentence of the schema's own, or of a check that zod brings; of a map it says itself what is wrong with it.
  const message = issue.message.replace(/^Invalid (input|option): /, '');
  const said = `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  return typeof value === 'object' ? said : `${said}, not ${shown(value)}`;
}

/** What would fit, as far as zod says so. */
function whatIsDue(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(shown));
    case 'invalid_union': {
      const tags = choicesOf(issue);
      if (tags !== undefined) return oneOf(tags.map(shown));
      // Options that each want another thing of the value itself.
      const dues = issue.errors.map(([only, ...more]) =>
        only?.path.length === 0 && more.length === 0 ? whatIsDue(only) : undefined,
      );
      return dues.length > 0 && dues.every((due) => due !== undefined)
        ? oneOf([...new Set(dues)])
        : undefined;
    }
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${counted(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${counted(issue.maximum, issue.origin)}`;
    default:
      return undefined;
  }
}

function choicesOf(issue: z.core.$ZodIssue): readonly unknown[] | undefined {
  if (issue.code === 'invalid_value') return issue.values;
  // Of a union whose options have a tag: the tags. They are in the issue, though not in its type.
  return issue.code === 'invalid_union' ? (issue as { options?: readonly unknown[] }).options : undefined;
}

const typeNames: Readonly<Partial<Record<string, string>>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function counted(limit: number | bigint, origin: string): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' item' : undefined;
  return `${String(limit)}${unit === undefined ? '' : limit === 1 ? unit : `${unit}s`}`;
}

function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}

/** A value as JSON would have it; long ones only by their nature. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (typeof value !== 'string') return String(value);
  const text = JSON.stringify(value);
  return text.length <= 42 ? text : `${text.slice(0, 40)}…"`;
}
