/** Rows of fields; quotation marks protect commas, line ends and, doubled, themselves. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') endField();
    else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}

export interface CsvPoint {
  readonly index: number;
  readonly data: number | null;
  readonly timestamp: number | null;
}

/**
 * An export of scalars: a column `step`, then for each key one that ends in `_step` and holds the *value*, and one that ends
 * in `_timestamp`. Columns are found by their names, and where a server names them otherwise by their order.
 */
export function readScalarExport(
  text: string,
  keys: readonly string[],
  experiment: string,
): Map<string, CsvPoint[]> {
  const [header = [], ...rows] = parseCsv(text);
  const points = new Map<string, CsvPoint[]>();
  keys.forEach((key, order) => {
    const named = header.indexOf(`${experiment}-${key}_step`);
    const column = named === -1 ? 1 + 2 * order : named;
    const stamped = header.indexOf(`${experiment}-${key}_timestamp`);
    const timeColumn = stamped === -1 ? column + 1 : stamped;
    points.set(
      key,
      rows.flatMap((row) => {
        const value = row[column];
        if (value === undefined || value === '') return [];
        return [
          { index: Number(row[0]), data: numberOrNull(value), timestamp: numberOrNull(row[timeColumn]) },
        ];
      }),
    );
  });
  return points;
}

function numberOrNull(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const number = Number(text);
  return Number.isNaN(number) ? null : number;
}
