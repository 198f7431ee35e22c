import { HubError } from '@temper/hub';
import { implement, JobError } from '@temper/pipeline/job';
import { completeTokenizer, partModelFolder, suppliedTemplate } from './files.ts';
import type { loadWeights } from './stage.ts';

export default implement<typeof loadWeights>(async (job) => {
  const { params, outputs } = job;
  if (params.from !== 'folder')
    throw new Error(`this implementation loads from a folder, not from ${params.from}`);
  try {
    await partModelFolder(job.external(params.path), outputs.weights.path, outputs.tokenizer.path);
  } catch (error) {
    if (error instanceof HubError) throw new JobError('bad-input', error.message, { hint: error.hint });
    throw error;
  }
  if (await completeTokenizer(outputs.tokenizer.path, job.file('./glm4.chat.jinja')))
    job.warning(...suppliedTemplate);
  return { weights: outputs.weights.written(), tokenizer: outputs.tokenizer.written() };
});
