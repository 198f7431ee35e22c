import { join } from 'node:path';
import { download, HubError } from '@temper/hub';
import { implement, JobError } from '@temper/pipeline/job';
import { completeTokenizer, partModelFolder } from './files.ts';
import type { loadWeights } from './stage.ts';

export default implement<typeof loadWeights>(async (job) => {
  const { params, outputs, hubPin } = job;
  if (params.from !== 'hub' || hubPin === undefined)
    throw new Error('this implementation loads from a pinned hub repository');
  // Kept between attempts: what has arrived need not come again.
  const folder = join(job.checkpointFolder, 'files');
  try {
    job.phase(`downloading ${hubPin.repository} at ${hubPin.commit.slice(0, 12)}`);
    await download(
      { hub: hubPin.hub, repo: hubPin.repository, type: 'model', revision: hubPin.commit },
      folder,
      {
        environment: job.environment,
        include: params.include,
        exclude: params.exclude,
        pinned: Object.fromEntries(
          hubPin.files.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256]])),
        ),
        onProgress: ({ bytes, totalBytes, rate }) => {
          job.progress(bytes, totalBytes, { bytesPerSecond: rate });
        },
      },
    );
    await partModelFolder(folder, outputs.weights.path, outputs.tokenizer.path);
  } catch (error) {
    if (error instanceof HubError) throw new JobError('bad-input', error.message, { hint: error.hint });
    throw error;
  }
  await completeTokenizer(outputs.tokenizer.path);
  return { weights: outputs.weights.written(), tokenizer: outputs.tokenizer.written() };
});
