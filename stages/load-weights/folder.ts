import { implement } from '@temper/pipeline/job';
import { asJobError } from '../hub-job.ts';
import { completeTokenizer, partModelFolder, suppliedTemplate } from './files.ts';
import type { loadWeights } from './stage.ts';

export default implement<typeof loadWeights>(async (job) => {
  const { params, outputs } = job;
  if (params.from !== 'folder')
    throw new Error(`this implementation loads from a folder, not from ${params.from}`);
  await asJobError(() =>
    partModelFolder(job.external(params.path), outputs.weights.path, outputs.tokenizer.path),
  );
  if (await completeTokenizer(outputs.tokenizer.path, job.file('./glm4.chat.jinja')))
    job.warning(...suppliedTemplate);
  return { weights: outputs.weights.written(), tokenizer: outputs.tokenizer.written() };
});
