import { join } from 'node:path';
import { download, HubError } from '@temper/hub';
import { implement, JobError } from '@temper/pipeline/job';
import { fetching } from '../fetching.ts';
import { pinnedDigests, revisionOf } from '../revision.ts';
import { completeTokenizer, partModelFolder, suppliedTemplate } from './files.ts';
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
      {
        hub: hubPin.hub,
        repo: hubPin.repository,
        type: 'model',
        revision: revisionOf(params),
        commit: hubPin.commit,
      },
      folder,
      {
        ...fetching(job),
        include: params.include,
        exclude: params.exclude,
        pinned: pinnedDigests(hubPin),
      },
    );
    await partModelFolder(folder, outputs.weights.path, outputs.tokenizer.path);
  } catch (error) {
    if (error instanceof HubError) throw new JobError('bad-input', error.message, { hint: error.hint });
    throw error;
  }
  if (await completeTokenizer(outputs.tokenizer.path, job.file('./glm4.chat.jinja')))
    job.warning(...suppliedTemplate);
  return { weights: outputs.weights.written(), tokenizer: outputs.tokenizer.written() };
});
