import { findJsonFault, type JsonFault } from '../json/syntax.ts';

/**
 * Parses one JSON value and refuses a key that stands twice in one object. `JSON.parse` would keep the last of its
 * values, and nobody can tell which was meant.
 *
 * @throws SyntaxError, whose place `findJsonFault` knows.
 */
export function parseOnce(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  const fault = findJsonFault(text);
  if (fault?.kind === 'duplicate-key') throw new SyntaxError(sentenceOfFault(fault));
  return value;
}

/** What is wrong, in words. */
export function sentenceOfFault(fault: JsonFault | undefined): string {
  if (fault === undefined) return 'it is not JSON';
  return fault.kind === 'duplicate-key' ? `the key "${fault.what}" stands twice in one object` : fault.what;
}
