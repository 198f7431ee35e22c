import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { HubError } from '../error.ts';

/** A row of a file, with its number from 1. */
export interface NumberedRow {
  readonly row: unknown;
  readonly number: number;
}

/** What was odd about a file and did no harm. */
export type Remark = 'byte-order-mark';

/**
 * Reads the rows of a JSON array, of JSON lines, CSV or parquet, also gzipped; the format is that of the name's ending.
 *
 * @param path Absolute, or relative to the working directory.
 * @param name What messages call the file.
 * @throws {HubError} `bad-rows` for what is not such a file, with line and column where there is one.
 */
export async function* readRows(
  path: string,
  name: string,
  onRemark: (remark: Remark) => void = () => undefined,
): AsyncIterable<NumberedRow> {
  const ending = formatOf(name);
  const raw = await readFile(path);
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  if (ending === 'parquet') {
    yield* parquetRows(bytes, name);
    return;
  }
  const text = decode(bytes, name, onRemark);
  if (/^\s*</.test(text)) {
    throw refusal(
      `${name} is a web page, not data: it begins with \`<\``,
      'download the raw file; on GitHub that is the "Raw" button, on a hub the "resolve" address',
    );
  }
  let number = 0;
  const rows =
    ending === 'csv'
      ? await csvRows(text, name)
      : /^\s*\[/.test(text)
        ? arrayRows(text, name)
        : lineRows(text, name);
  for (const row of rows) yield { row, number: (number += 1) };
}

function formatOf(name: string): 'json' | 'csv' | 'parquet' {
  const plain = name.replace(/\.gz$/, '');
  const doubled = /(\.[a-z]+)\1$/.exec(plain)?.[1];
  if (doubled !== undefined) {
    throw refusal(
      `${name} ends twice in ${doubled}`,
      `rename the file, or correct the path: ${name.replace(doubled + doubled, doubled)}`,
    );
  }
  const ending = /\.(json|jsonl|ndjson|csv|parquet)$/.exec(plain)?.[1];
  if (ending === undefined) {
    throw refusal(
      `${name} is of no format that is read`,
      'use .json, .jsonl, .csv or .parquet, also with .gz behind it',
    );
  }
  return ending === 'csv' || ending === 'parquet' ? ending : 'json';
}

function decode(bytes: Uint8Array, name: string, onRemark: (remark: Remark) => void): string {
  if (bytes[0] === 0xff || bytes[0] === 0xfe) {
    throw refusal(
      `${name} is UTF-16, and rows are read as UTF-8`,
      `convert it: \`iconv -f UTF-16 -t UTF-8 ${name}\``,
    );
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) onRemark('byte-order-mark');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal(
      `${name} is not UTF-8: the byte at offset ${String(firstBadByte(bytes))} does not belong there`,
      `convert it, for example \`iconv -f GB18030 -t UTF-8 ${name}\``,
    );
  }
}

function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // A prefix that decodes as the beginning of a stream holds no bad byte.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    try {
      decoder.decode(bytes.subarray(0, middle), { stream: true });
      decoder.decode(new Uint8Array(), { stream: false });
      low = middle;
    } catch {
      if (isCutCharacter(bytes, middle)) low = middle;
      else high = middle - 1;
    }
  }
  return low;
}

/** Whether a prefix fails only because its last character is cut off. */
function isCutCharacter(bytes: Uint8Array, end: number): boolean {
  for (let back = 1; back <= 3 && end - back >= 0; back++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end - back));
      const lead = bytes[end - back] ?? 0;
      return (
        (lead >= 0xc2 && lead < 0xe0 && back < 2) ||
        (lead >= 0xe0 && lead < 0xf0 && back < 3) ||
        (lead >= 0xf0 && lead < 0xf5)
      );
    } catch {
      // The cut lies further back.
    }
  }
  return false;
}

function arrayRows(text: string, name: string): readonly unknown[] {
  try {
    return JSON.parse(text) as unknown[];
  } catch (error) {
    throw refusal(
      `${name} is not JSON: ${placed((error as Error).message, text)}`,
      'check the brackets, commas and quotes around there',
    );
  }
}

function* lineRows(text: string, name: string): Iterable<unknown> {
  let line = 0;
  for (const content of text.split('\n')) {
    line += 1;
    if (content.trim() === '') continue;
    try {
      yield JSON.parse(content) as unknown;
    } catch (error) {
      throw refusal(
        `${name}:${String(line)} is not JSON: ${(error as Error).message}`,
        'in a file of JSON lines every line is one object',
      );
    }
  }
}

/** Turns the position in V8's message into line and column. */
function placed(message: string, text: string): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(position)) return message;
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  return `line ${String(line)}, column ${String(position - before.lastIndexOf('\n'))} (${message.replace(/ (in JSON )?at position.*/, '')})`;
}

async function csvRows(text: string, name: string): Promise<readonly unknown[]> {
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    throw refusal(
      `${name} is not CSV: ${(error as Error).message}`,
      'the first line names the columns; texts with commas or line breaks stand in quotes',
    );
  }
}

async function* parquetRows(bytes: Uint8Array, name: string): AsyncIterable<NumberedRow> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const buffer = new Uint8Array(bytes).buffer;
  let rows: readonly Record<string, unknown>[];
  try {
    rows = await parquetReadObjects({ file: buffer, compressors });
  } catch (error) {
    throw refusal(
      `${name} is not parquet: ${(error as Error).message}`,
      'download it again; a file cut short looks like this',
    );
  }
  for (const [index, row] of rows.entries()) yield { row, number: index + 1 };
}

function refusal(message: string, hint: string): HubError {
  return new HubError({ reason: 'bad-rows', message, hint });
}
