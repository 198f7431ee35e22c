import { readFile } from 'node:fs/promises';
import { implement } from '@temper/pipeline/job';
import type { read } from './stage.ts';

export default implement<typeof read>(async (job) => {
  const text = await readFile(job.external(job.params.path), 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .map((line) => ({ n: Number(line) }));
  return { numbers: await job.outputs.numbers.writeRows(rows) };
});
