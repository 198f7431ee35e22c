import type { z } from 'zod';

/** What a value does not fit a schema for: the field, and the reason in a few words. */
export interface Misfit {
  /** Dotted; empty for the value itself. */
  readonly field: string;
  readonly reason: string;
}

/** Puts an issue of zod into words: that something is wrong is said by there being a message. */
export function misfit(issue: z.core.$ZodIssue): Misfit {
  return { field: issue.path.map(String).join('.'), reason: reason(issue) };
}

function reason(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `\`${key}\``).join(', ')} is not part of it`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'is empty';
      break;
    case 'invalid_type':
      // Zod keeps no input in its issues; this is what it says of a value that is not there.
      if (issue.message.endsWith('received undefined')) return 'is missing';
      break;
    default:
  }
  const message = issue.message.replace(/^Invalid (input|option): /, '');
  return message.charAt(0).toLowerCase() + message.slice(1);
}
