import { isUtf8 } from 'node:buffer';

import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { HubError, sentenceOf } from '../error.ts';
import type { Row } from './open.ts';
import { badRows } from './trouble.ts';

/** As many rows as are decoded at once. */
const batch = 1000;

/** Reads a parquet file in batches, with values as JSON would have them. `where` names the row, which has no line. */
export async function* readParquet(path: string, file: string): AsyncGenerator<Row> {
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const count = Number(metadata.num_rows);
    for (let start = 0; start < count; start += batch) {
      const rowEnd = Math.min(start + batch, count);
      // Old writers do not mark their texts, so bytes are looked at below instead of being decoded whatever they are.
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: start,
        rowEnd,
        utf8: false,
      });
      for (const [at, row] of rows.entries()) {
        const number = start + at + 1;
        const where = `${path} row ${number}`;
        yield { row: plain(row, where), number, where };
      }
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw badRows(
      path,
      `it is not a readable parquet file: ${sentenceOf(error)}`,
      'fetch or export it again',
      error,
    );
  }
}

function plain(value: unknown, where: string): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw badRows(where, `${value} is too large for a number`, 'export large identifiers as texts');
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array && isUtf8(value)) return Buffer.from(value).toString('utf8');
  if (ArrayBuffer.isView(value)) {
    throw badRows(where, 'it holds raw bytes, which are no part of a text row', 'leave that column out');
  }
  if (Array.isArray(value)) return value.map((one) => plain(one, where));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, where)]));
}
