import { findJsonFault } from '../json/syntax.ts';
import type { Row } from './open.ts';
import { parseOnce, sentenceOfFault } from './parse-once.ts';
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
    return parseOnce(content);
  } catch (error) {
    const fault = findJsonFault(content);
    const column = (fault?.offset ?? 0) + 1;
    const what = fault?.kind === 'ended-early' ? 'the line ends within a value' : sentenceOfFault(fault);
    throw badRows(
      `${path}:${line}:${column}`,
      `row ${number}: ${what}`,
      fault?.kind === 'duplicate-key'
        ? 'mend the file at that place, or export it again'
        : 'each line must be one whole JSON object; a file with one array has the extension .json',
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
