import width from 'fast-string-width';

/** Rows as a table without lines: columns as wide as their widest cell, the last one as wide as it likes. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map(
        (cell, index) =>
          cell + ' '.repeat(index === row.length - 1 ? 0 : (widths[index] ?? 0) - width(cell) + 2),
      )
      .join('')
      .trimEnd(),
  );
}
