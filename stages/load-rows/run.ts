import { implement } from '@temper/pipeline/job';
import { asJobError } from '../hub-job.ts';
import { writeChecked } from './checked.ts';
import type { loadRows } from './stage.ts';

export default implement<typeof loadRows>(async (job) => {
  const { params } = job;
  if (params.from !== 'file') throw new Error('this implementation reads a file of the workspace');
  return asJobError(() => writeChecked(job, job.external(params.path), params.path));
});
