import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readBytes, readStart, unpackTo } from './bytes.ts';
import { readCsv } from './csv.ts';
import { formatOf, type RowFormat } from './format.ts';
import { readJsonArray } from './json-array.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet.ts';
import { assertFile, assertFormat, assertName, assertText } from './recognise.ts';
import { byteOrderMark, decodeUtf8 } from './utf8.ts';

export interface Row {
  readonly row: unknown;
  /** From 1. */
  readonly number: number;
  /** Where it begins: `data/rows.json:12:3`, or `data/rows.parquet row 12`. */
  readonly where: string;
}

/** What a person should know though nothing is wrong. */
export interface Notice {
  readonly code: 'byte-order-mark' | 'packed' | 'other-json';
  readonly text: string;
}

export interface RowFile {
  readonly format: RowFormat;
  readonly notices: readonly Notice[];
  /** May be read once; of a text only some rows are in memory at a time, of parquet a thousand. */
  readonly rows: AsyncIterable<Row>;
}

/**
 * Opens a file of rows: JSON array, JSON lines, CSV, TSV or parquet, each also packed with gzip. The format is that
 * of the name, corrected by the first bytes where these leave no doubt.
 *
 * @param name What messages call the file, and whose ending tells the format.
 * @throws {HubError} before the first row where it is not such a file at all, and while reading, with line and
 *   column, where it is broken further on.
 */
export async function openRows(path: string, name: string = path): Promise<RowFile> {
  await assertFile(path, name);
  const named = formatOf(name);
  assertName(name, named);
  const magic = await readStart(path, name, false);
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  const head = packed ? await readStart(path, name, true) : magic;
  const notices: Notice[] = [];
  if (packed !== named.packed) {
    const text = packed
      ? `${name} is packed with gzip, though its name does not end in .gz`
      : `${name} is not packed, though its name ends in .gz`;
    notices.push({ code: 'packed', text });
  }
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    const rows = packed ? unpackedParquet(path, name) : readParquet(name, path);
    return { format: 'parquet', notices, rows };
  }
  const start = assertText(name, head);
  if (head.subarray(0, 3).equals(byteOrderMark)) {
    notices.push({ code: 'byte-order-mark', text: `${name} begins with a byte order mark; it was left out` });
  }
  const format = assertFormat(name, named.format, start, notices);
  return { format, notices, rows: read(name, format, decodeUtf8(name, readBytes(path, name, packed))) };
}

function read(path: string, format: Exclude<RowFormat, 'parquet'>, text: AsyncIterable<string>) {
  switch (format) {
    case 'json':
      return readJsonArray(path, text);
    case 'jsonl':
      return readJsonLines(path, text);
    case 'csv':
      return readCsv(path, text, ',');
    case 'tsv':
      return readCsv(path, text, '\t');
  }
}

/** Parquet is read at many places, so that a packed one has to lie unpacked for a while. */
async function* unpackedParquet(path: string, name: string): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-rows-'));
  try {
    const file = join(folder, 'rows.parquet');
    await unpackTo(path, name, file);
    yield* readParquet(name, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
