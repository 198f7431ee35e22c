import { implement, JobError, type InputDataset } from '@temper/pipeline/job';
import type { ChatRow } from '../kinds/chat-row.ts';
import { part, partByHand } from './part.ts';
import type { split } from './stage.ts';

export default implement<typeof split>(async (job) => {
  const rows = await readAll(job.inputs.dataset);
  const heldOut = job.inputs.heldOut === undefined ? undefined : await readAll(job.inputs.heldOut);
  const { train, test, stats } =
    heldOut === undefined ? part(rows, job.params) : partByHand(rows, heldOut, job.params);
  if (train.length === 0 || test.length === 0) {
    const left = train.length + test.length;
    const half = train.length === 0 ? 'training' : 'test';
    const asked = heldOut === undefined ? ` with \`test: ${job.params.test}\`` : '';
    throw new JobError('bad-input', `of ${rows.length} rows none is left for the ${half} half${asked}`, {
      hint:
        heldOut === undefined && job.params.test >= left
          ? `ask for fewer test rows: ${left} are left when rows that repeat others are dropped`
          : stats.groupsKeptTogether > 0
            ? `rows that repeat a prompt, or nearly, stay together (groups: ${stats.groupsKeptTogether}); raise \`nearDuplicates\` or bring more rows`
            : 'bring more rows: each half needs one',
    });
  }
  await job.outputs.train.writeJson('stats.json', { ...stats, here: train.length });
  await job.outputs.test.writeJson('stats.json', { ...stats, here: test.length });
  return { train: await job.outputs.train.writeRows(train), test: await job.outputs.test.writeRows(test) };
});

async function readAll(dataset: InputDataset<ChatRow>): Promise<readonly ChatRow[]> {
  const rows: ChatRow[] = [];
  for await (const row of dataset.rows()) rows.push(row);
  return rows;
}
