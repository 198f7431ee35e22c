import { implement, JobError } from '@temper/pipeline/job';
import { createReport, toMarkdown, type Compared, type Evaluation, type Generation } from './report.ts';
import type { compare } from './stage.ts';

export default implement<typeof compare>(async (job) => {
  const compared: Compared[] = [];
  for (const [index, input] of job.inputs.evaluations.entries()) {
    const evaluation = await input.json<Evaluation>('evaluation.json');
    const generations = (await input.text('generations.jsonl'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Generation);
    compared.push({ name: nameOf(evaluation, index), evaluation, generations });
  }
  const first = compared[0]?.evaluation.scores.map(({ id }) => id).join();
  const stranger = compared.find(({ evaluation }) => evaluation.scores.map(({ id }) => id).join() !== first);
  if (stranger !== undefined) {
    throw new JobError(
      'bad-input',
      `the evaluations were made on different rows (${stranger.name} differs from the first)`,
      {
        hint: 'pass the same `test` and `tokens` to every `evaluate`',
      },
    );
  }
  const report = createReport(compared, job.params);
  await job.outputs.report.writeJson('report.json', report);
  await job.outputs.report.write('report.md', toMarkdown(report));
  return { report: job.outputs.report.written() };
});

/** What was measured, in a word: the first is the base of the comparison. */
function nameOf({ adapter }: Evaluation, index: number): string {
  if (index === 0) return adapter === null ? 'base' : 'first';
  return index === 1 && adapter !== null ? 'tuned' : `model ${String(index + 1)}`;
}
