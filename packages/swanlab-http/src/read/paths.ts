import { SwanLabError } from '../errors.ts';

/** `workspace/project` or `workspace/project/run`, however it was written: `/@ws/p`, `ws/p/runs/id`, a page's address. */
export function splitPath(given: string, segments: number, example: string): string[] {
  const path = given.replace(/^https?:\/\/[^/]+/, '').replace(/\/runs\//, '/');
  const parts = path.split('/').filter((part) => part !== '');
  const clean = parts.map((part) => part.replace(/^@/, ''));
  if (clean.length !== segments || clean.some((part) => part === '')) {
    throw new SwanLabError('invalid-path', `"${given}" is no path of ${segments} names`, {
      hint: `give it as ${example}`,
    });
  }
  return clean;
}

/** An array; where the server says null, or anything else, an empty one. Entries that are null are left out. */
export function listOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null,
  );
}

export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A text or a number as text; whatever else is there, nothing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
