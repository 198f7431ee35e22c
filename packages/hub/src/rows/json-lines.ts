import { findJsonFault } from '../json/syntax.ts';
import type { Row } from './open.ts';
import { badRows } from './trouble.ts';

/** Reads one JSON value from each line; lines of nothing but space are passed over. */
export async function* readJsonLines(path: string, text: AsyncIterable<string>): AsyncGenerator<Row> {
  let number = 0;
  let line = 0;
  for await (const content of lines(text)) {
    line += 1;
    if (content.trim() === '') continue;
    number += 1;
    yield { row: parse(path, content, line, number), number, where: `${path}:${line}:1` };
  }
}

function parse(path: string, content: string, line: number, number: number): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    const fault = findJsonFault(content);
    const column = (fault?.offset ?? 0) + 1;
    const what =
      fault?.kind === 'ended-early' ? 'the line ends within a value' : (fault?.what ?? 'it is not JSON');
    throw badRows(
      `${path}:${line}:${column}`,
      `row ${number}: ${what}`,
      'each line must be one whole JSON object; a file with one array has the extension .json',
      error,
    );
  }
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
