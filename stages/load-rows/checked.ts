import { openRows } from '@temper/hub';
import type { Job, WrittenOutputs } from '@temper/pipeline/job';
import { createRowChecker } from './formats.ts';
import type { loadRows } from './stage.ts';

/**
 * Writes the rows of a file that fit their format, and fails when any did not.
 *
 * @param name What messages call the file; its ending says how it is read.
 * @throws JobError `bad-input` with the first rows that do not fit, or with what is wrong with the file.
 */
export async function writeChecked(
  job: Job<typeof loadRows>,
  path: string,
  name: string,
): Promise<WrittenOutputs<typeof loadRows>> {
  const checker = createRowChecker(job.params.format, name);
  const file = await openRows(path, name);
  for (const { code, text } of file.notices) job.warning(code, text);
  async function* checked() {
    for await (const { row, number, where } of file.rows) {
      const fitting = checker.check(row, number, where);
      if (fitting !== undefined) yield fitting;
    }
  }
  const rows = await job.outputs.rows.writeRows(checked());
  checker.finish();
  return { rows };
}
