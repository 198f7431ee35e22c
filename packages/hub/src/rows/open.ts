import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readBytes, readStart, unpackTo } from './bytes.ts';
import { readCsv } from './csv.ts';
import { formatOf, type RowFormat } from './format.ts';
import { readJsonArray } from './json-array.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet.ts';
import { assertFile, assertFormat, assertText } from './recognise.ts';
import { byteOrderMark, decodeUtf8 } from './utf8.ts';

export interface Row {
  readonly row: unknown;
  /** From 1. */
  readonly number: number;
  /** Where it begins: `data/rows.json:12:3`, or `data/rows.parquet row 12`. */
  readonly where: string;
}

export interface RowFile {
  readonly format: RowFormat;
  /** What a person should know though nothing is wrong, such as a byte order mark. */
  readonly notices: readonly string[];
  /** May be read once; of the file only some rows are in memory at a time. */
  readonly rows: AsyncIterable<Row>;
}

/**
 * Opens a file of rows: JSON array, JSON lines, CSV, TSV or parquet, each also packed with gzip. The format is that
 * of the name, corrected by the first bytes where these leave no doubt.
 *
 * @throws {HubError} before the first row where it is not such a file at all, and while reading, with line and
 *   column, where it is broken further on.
 */
export async function openRows(path: string): Promise<RowFile> {
  await assertFile(path);
  const { format: named, packed: packedByName, doubled } = formatOf(path);
  const magic = await readStart(path, false);
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  const head = packed ? await readStart(path, true) : magic;
  const notices: string[] = [];
  if (packed && !packedByName)
    notices.push(`${path} is packed with gzip, though its name does not end in .gz`);
  if (packedByName && !packed) notices.push(`${path} is not packed, though its name ends in .gz`);
  if (doubled !== undefined) notices.push(`${path} has the extension .${doubled} twice`);
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    return { format: 'parquet', notices, rows: packed ? unpackedParquet(path) : readParquet(path, path) };
  }
  const start = assertText(path, head);
  if (head.subarray(0, 3).equals(byteOrderMark)) {
    notices.push(`${path} begins with a byte order mark, which was passed over`);
  }
  const format = assertFormat(path, named, start, notices);
  return { format, notices, rows: read(path, format, decodeUtf8(path, readBytes(path, packed))) };
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
async function* unpackedParquet(path: string): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-rows-'));
  try {
    const file = join(folder, 'rows.parquet');
    await unpackTo(path, file);
    yield* readParquet(path, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
