import { Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import type { Row } from './open.ts';
import { badRows } from './trouble.ts';

interface Parsed {
  readonly record: Record<string, string>;
  /** `lines`: those that have been read up to the end of the record. */
  readonly info: { readonly lines: number };
}

/** Reads a table whose first line names its columns, by RFC 4180; every value stays a text. */
export async function* readCsv(
  path: string,
  text: AsyncIterable<string>,
  delimiter: ',' | '\t',
): AsyncGenerator<Row> {
  // Where parsing is, which runs ahead of the rows that have been taken.
  let parsed = 0;
  let ended = 1;
  const parser = parse({
    delimiter,
    columns: (names: string[]) => checkNames(path, names, delimiter),
    info: true,
    skip_empty_lines: true,
    on_record: (record: Record<string, string>, { lines }) => {
      parsed += 1;
      ended = lines;
      return record;
    },
  });
  const input = Readable.from(text);
  input.once('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let number = 0;
  let line = 2;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      number += 1;
      yield { row: record, number, where: `${path}:${line}:1` };
      line = info.lines + 1;
    }
  } catch (error) {
    throw error instanceof CsvError ? explain(path, error, parsed + 1, ended + 1) : error;
  } finally {
    input.destroy();
  }
}

function checkNames(path: string, names: string[], delimiter: ',' | '\t'): string[] {
  const [only = '', ...others] = names;
  const other = others.length > 0 ? undefined : /[,;\t]/.exec(only.replaceAll(delimiter, ''))?.[0];
  if (other !== undefined) {
    const what = other === '\t' ? 'tabs' : `"${other}"`;
    throw badRows(
      `${path}:1:1`,
      `there is one column, and its name holds ${what}: the values seem to be separated by it`,
      'export the table again with commas between the values in a .csv file, or with tabs in a .tsv file',
    );
  }
  names.forEach((name, at) => {
    const first = names.indexOf(name);
    if (name.trim() === '' || first !== at) {
      const what =
        name.trim() === ''
          ? `column ${at + 1} has no name`
          : `columns ${first + 1} and ${at + 1} are both named "${name}"`;
      throw badRows(`${path}:1:1`, what, 'the first line must give each column a name of its own');
    }
  });
  return names;
}

function explain(path: string, error: CsvError, number: number, line: number) {
  const where = `${path}:${line}:1`;
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_COLUMNS':
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return badRows(
        where,
        `row ${number} has ${countOf(error.record, 'value')} for ${countOf(error.columns, 'column')}`,
        'put values with a comma, a quote or a line break in double quotes',
        error,
      );
    case 'CSV_QUOTE_NOT_CLOSED':
      return badRows(
        where,
        `row ${number} has a quote that is not closed`,
        'close it, and double quotes within a value',
        error,
      );
    default:
      return badRows(
        where,
        `row ${number}: ${error.message}`,
        'double each quote within a quoted value',
        error,
      );
  }
}

/** The parser says which values and columns it has, and types them as anything. */
function countOf(list: unknown, what: string): string {
  const count = Array.isArray(list) ? list.length : 0;
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
