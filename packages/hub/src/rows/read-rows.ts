import { openRows, type Row } from './open.ts';

/** A row of a file, with its number from 1 and where it begins. */
export type NumberedRow = Row;

/** What was odd about a file and did no harm. */
export type Remark = 'byte-order-mark';

/**
 * `openRows` for whoever only wants the rows.
 *
 * @param path Absolute, or relative to the working directory.
 * @param name What messages call the file, and whose ending tells the format.
 * @throws {HubError} as `openRows` does.
 */
export async function* readRows(
  path: string,
  name: string,
  onRemark: (remark: Remark) => void = () => undefined,
): AsyncGenerator<NumberedRow> {
  const { notices, rows } = await openRows(path, name);
  if (notices.some(({ code }) => code === 'byte-order-mark')) onRemark('byte-order-mark');
  yield* rows;
}
