import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { implement, JobError } from '@temper/pipeline/job';
import type { Report } from '../compare/report.ts';
import { judge, rounded, type Verdict } from './judge.ts';
import type { gate } from './stage.ts';

export default implement<typeof gate>(async (job) => {
  const report = await job.inputs.report.json<Report>('report.json');
  const [base = '', candidate = ''] = [report.names[0], report.names.at(-1)];
  if (report.names.length < 2) {
    throw new JobError(
      'bad-input',
      'the report holds one evaluation, and a gate holds the last against the first',
      {
        hint: 'compare the base with the adapter: `compare({ evaluations: [before, after] })`',
      },
    );
  }
  const unknown = Object.keys(job.params.metrics).find(
    (name) => !report.metrics.some(({ metric }) => metric === name),
  );
  if (unknown !== undefined) {
    throw new JobError('user-error', `the report holds no metric ${unknown}`, {
      hint: `it holds ${report.metrics.map(({ metric }) => metric).join(', ')}`,
    });
  }
  const verdicts = judge(report, job.params.metrics, job.params.judge);
  // The step's log keeps what was found, also when all is well.
  for (const { metric, before, after, objection } of verdicts) {
    console.log(
      `${objection === undefined ? 'passed' : 'failed'}  ${metric}: ${base} ${rounded(before)}, ${candidate} ${rounded(after)}`,
    );
  }
  const objections = verdicts.filter(({ objection }) => objection !== undefined);
  if (objections.length > 0) {
    throw new JobError('gate', objections.map((verdict) => sentence(verdict, base, candidate)).join('; '), {
      hint: 'train it better, choose another checkpoint, or change what `gate` asks',
    });
  }
  // Nothing but the adapter goes on, unchanged: what was made of it is still right.
  for (const file of ['adapter_model.safetensors', 'adapter_config.json']) {
    await copyFile(join(job.inputs.adapter.path, file), join(job.outputs.adapter.path, file));
  }
  return { adapter: job.outputs.adapter.written() };
});

function sentence(
  { metric, before, after, objection = '' }: Verdict,
  base: string,
  candidate: string,
): string {
  return `${metric} of ${candidate} ${objection} (${base} ${rounded(before)}, ${candidate} ${rounded(after)})`;
}
