import { implement } from '@temper/pipeline/job';
import type { count } from './stage.ts';

export default implement<typeof count>(async ({ params, outputs }) => {
  const rows = [];
  for (let n = params.from; n <= params.to; n++) rows.push({ n });
  if (params.order === 'down') rows.reverse();
  return { numbers: await outputs.numbers.writeRows(rows) };
});
