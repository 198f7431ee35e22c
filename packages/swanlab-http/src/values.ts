import { Media } from './media.ts';

/** What `log` takes for one key; objects are taken apart and their keys joined with `/`. */
export type LogValue = number | bigint | boolean | string | Media | readonly Media[] | LogData;
export interface LogData {
  readonly [key: string]: LogValue;
}

export type ReadValue =
  | { readonly number: number }
  | { readonly media: readonly Media[] }
  | { readonly nested: object }
  | { readonly refused: string };

const numeric = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const words: Record<string, number> = { inf: Infinity, infinity: Infinity, nan: NaN };

/** Decides what a value is: booleans count 1 and 0, a string must be a number in words or digits. */
export function readValue(value: unknown): ReadValue {
  switch (typeof value) {
    case 'number':
      return { number: value };
    case 'boolean':
      return { number: value ? 1 : 0 };
    case 'bigint':
      return { number: Number(value) };
    case 'string': {
      const number = parseNumber(value);
      if (number !== undefined) return { number };
      return {
        refused: `the text ${JSON.stringify(value.slice(0, 40))} is no number; log texts with logText or new Text()`,
      };
    }
    case 'object':
      return readObject(value);
    default:
      return { refused: `a value of type ${typeof value} cannot be logged` };
  }
}

function readObject(value: object | null): ReadValue {
  if (value === null) return { refused: 'null cannot be logged' };
  if (value instanceof Media) return { media: [value] };
  if (!Array.isArray(value)) return { nested: value };
  const items: readonly unknown[] = value;
  const [first] = items;
  if (!(first instanceof Media)) return { refused: 'a list must hold media, and at least one' };
  const same = items.filter((item): item is Media => item instanceof Media && item.kind === first.kind);
  if (same.length < items.length) return { refused: 'a list must hold media of one kind' };
  return { media: same };
}

/** As Python's float() reads it. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.slice(0, 400).trim();
  if (numeric.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (word === null) return undefined;
  const size = words[(word[2] as string).toLowerCase()] as number;
  return word[1] === '-' ? -size : size;
}

/** A point's number as JSON: everything that is not finite is the word `nan`, and the zero keeps its sign. */
export function numberToJson(value: number): string {
  if (!Number.isFinite(value)) return '"nan"';
  return Object.is(value, -0) ? '-0.0' : String(value);
}
