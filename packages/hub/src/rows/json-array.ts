import { findJsonFault } from '../json/syntax.ts';
import type { Row } from './open.ts';
import { parseOnce, sentenceOfFault } from './parse-once.ts';
import { Position } from './position.ts';
import { badRows } from './trouble.ts';

const mend = 'mend the file at that place, or export it again';

/**
 * Reads the elements of one JSON array, holding one of them in memory at a time. Between elements the syntax is
 * looked at here; each element is parsed by itself.
 */
export async function* readJsonArray(path: string, text: AsyncIterable<string>): AsyncGenerator<Row> {
  const source = new Source(path, text);
  let number = 0;
  if ((await source.next()) !== '[') {
    throw badRows(
      source.where(),
      'a JSON file of rows begins with "[", and this one does not',
      'put the rows into one array, or one object on each line of a .jsonl file',
    );
  }
  source.drop(1);
  for (;;) {
    const first = await source.next();
    if (first === ']' && number === 0) break;
    const where = source.where();
    number += 1;
    const element = await source.element();
    if (element === undefined) {
      throw badRows(source.end(), `the file ends within row ${number}, which begins at ${where}`, mend);
    }
    yield { row: parse(element, number, source), number, where };
    source.drop(element.length);

    const sign = await source.next();
    if (sign === undefined)
      throw badRows(source.end(), `the file ends after row ${number} without "]"`, mend);
    if (sign === ']') break;
    if (sign !== ',') throw badRows(source.where(), `expected "," or "]" after row ${number}`, mend);
    source.drop(1);
  }
  source.drop(1);
  if ((await source.next()) !== undefined) {
    throw badRows(source.where(), 'something follows the end of the array', mend);
  }
}

function parse(element: string, number: number, source: Source): unknown {
  try {
    return parseOnce(element);
  } catch (error) {
    const fault = findJsonFault(element);
    const what = sentenceOfFault(fault);
    throw badRows(source.where(element.slice(0, fault?.offset ?? 0)), `row ${number}: ${what}`, mend, error);
  }
}

/** The part of the text that has been read and not yet used. */
class Source {
  readonly #path: string;
  readonly #pieces: AsyncIterator<string>;
  readonly #position = new Position();
  #text = '';

  constructor(path: string, text: AsyncIterable<string>) {
    this.#path = path;
    this.#pieces = text[Symbol.asyncIterator]();
  }

  /** The next character that is not space, left where it is; nothing at the end of the file. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const at = this.#text.search(/[^ \n\r\t]/);
      if (at !== -1) {
        this.drop(at);
        return this.#text[0];
      }
      this.drop(this.#text.length);
      if (!(await this.#more())) return undefined;
    }
  }

  /** The text of the element that begins here; nothing when the file ends before it does. */
  async element(): Promise<string | undefined> {
    const scan = createScan();
    for (;;) {
      const end = scan(this.#text);
      if (end !== undefined) return this.#text.slice(0, end);
      if (!(await this.#more())) return undefined;
    }
  }

  drop(length: number): void {
    this.#position.advance(this.#text.slice(0, length));
    this.#text = this.#text.slice(length);
  }

  where(after = ''): string {
    return `${this.#path}:${this.#position.after(after)}`;
  }

  end(): string {
    return this.where(this.#text);
  }

  async #more(): Promise<boolean> {
    const piece = await this.#pieces.next();
    if (piece.done === true) return false;
    this.#text += piece.value;
    return true;
  }
}

/** Finds where the first element of a growing text ends, going on where it stopped. */
function createScan(): (text: string) => number | undefined {
  let at = 0;
  let depth = 0;
  let inString = false;
  return (text) => {
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === 0x5c) at += 1;
        else if (code === 0x22) {
          inString = false;
          if (depth === 0) return at + 1;
        }
      } else if (code === 0x22) inString = true;
      else if (code === 0x7b || code === 0x5b) depth += 1;
      else if (code === 0x7d || code === 0x5d) {
        // The bracket of the surrounding array ends a number or a word.
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
      } else if (depth === 0 && (code === 0x2c || code <= 0x20)) return at;
    }
    return undefined;
  };
}
