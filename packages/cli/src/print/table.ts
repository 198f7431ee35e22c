import { width } from './width.ts';
import { fit, pad } from './columns.ts';

/**
 * Rows as a table without lines: columns as wide as their widest cell, the last one as wide as it likes.
 *
 * @param columns Of the terminal; what is wider is cut. Left out where the output is a file, which may be searched.
 */
export function table(rows: readonly (readonly string[])[], columns = Infinity): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows.map((row) =>
    fit(
      row
        .map((cell, index) => (index === row.length - 1 ? cell : `${pad(cell, widths[index] ?? 0)}  `))
        .join('')
        .trimEnd(),
      columns,
    ),
  );
}
