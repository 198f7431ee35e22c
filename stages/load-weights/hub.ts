import { join } from 'node:path';
import { download } from '@temper/hub';
import { implement } from '@temper/pipeline/job';
import { asJobError, fetching } from '../hub-job.ts';
import { pinnedDigests, revisionOf } from '../revision.ts';
import {
  assertChatTemplate,
  assertComplete,
  completeTokenizer,
  partModelFolder,
  suppliedTemplate,
} from './files.ts';
import type { loadWeights } from './stage.ts';

export default implement<typeof loadWeights>(async (job) => {
  const { params, outputs, hubPin } = job;
  if (params.from !== 'hub' || hubPin === undefined)
    throw new Error('this implementation loads from a pinned hub repository');
  // Kept between attempts: what has arrived need not come again.
  const folder = join(job.checkpointFolder, 'files');
  assertComplete(hubPin.files.map(({ path }) => path));
  await asJobError(async () => {
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
        beforeWeights: () => assertChatTemplate(folder),
      },
    );
    await partModelFolder(folder, outputs.weights.path, outputs.tokenizer.path);
  });
  if (await completeTokenizer(outputs.tokenizer.path, job.file('./glm4.chat.jinja')))
    job.warning(...suppliedTemplate);
  return { weights: outputs.weights.written(), tokenizer: outputs.tokenizer.written() };
});
