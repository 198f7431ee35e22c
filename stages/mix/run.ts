import { implement, JobError } from '@temper/pipeline/job';
import type { ChatRow } from '../kinds/chat-row.ts';
import { blend } from './blend.ts';
import { quotas } from './quotas.ts';
import type { mix } from './stage.ts';

export default implement<typeof mix>(async (job) => {
  const datasets: ChatRow[][] = [];
  for (const input of job.inputs.datasets) {
    const rows: ChatRow[] = [];
    for await (const row of input.rows()) rows.push(row);
    datasets.push(rows);
  }
  const sizes = datasets.map((rows) => rows.length);
  const counts = quotas(sizes, job.params);
  if (typeof counts === 'string') {
    throw new JobError('user-error', counts, {
      hint: `the datasets have ${sizes.join(', ')} rows, in the order of \`datasets\`; no row is taken twice`,
    });
  }
  const rows = blend(datasets, counts, job.params.seed);
  await job.outputs.dataset.writeJson('stats.json', {
    rows: rows.length,
    datasets: sizes.map((size, index) => ({ rows: size, taken: counts[index] })),
    repeatedPrompts: rows.length - new Set(rows.map(({ id }) => id)).size,
  });
  return { dataset: await job.outputs.dataset.writeRows(rows) };
});
