import { join } from 'node:path';
import { download } from '@temper/hub';
import { implement, JobError, type HubPin } from '@temper/pipeline/job';
import { asJobError, fetching } from '../hub-job.ts';
import { pinnedDigests, revisionOf } from '../revision.ts';
import { writeChecked } from './checked.ts';
import type { loadRows } from './stage.ts';

export default implement<typeof loadRows>(async (job) => {
  const { params, hubPin } = job;
  if (params.from !== 'hub' || hubPin === undefined)
    throw new Error('this implementation reads a pinned hub repository');
  const file = chooseFile(hubPin, params.file);
  return asJobError(async () => {
    job.phase(`fetching ${file} of ${hubPin.repository} at ${hubPin.commit.slice(0, 12)}`);
    // Kept between attempts: what has arrived need not come again.
    const folder = join(job.checkpointFolder, 'files');
    await download(
      {
        hub: hubPin.hub,
        repo: hubPin.repository,
        type: 'dataset',
        revision: revisionOf(params),
        commit: hubPin.commit,
      },
      folder,
      {
        ...fetching(job),
        include: [file],
        pinned: pinnedDigests(hubPin, [file]),
      },
    );
    return writeChecked(job, join(folder, file), file);
  });
});

/** The one file of rows of a repository, or the one that was asked for. */
export function chooseFile(
  { repository, files }: Pick<HubPin, 'repository' | 'files'>,
  asked: string | undefined,
): string {
  const paths = files.map(({ path }) => path);
  // `dataset_infos.json` tells about the rows and holds none: https://huggingface.co/docs/datasets/v2.0.0/en/about_dataset_load
  const candidates = paths.filter(
    (path) =>
      /\.(jsonl?|ndjson|csv|tsv|parquet)(\.gz)?$/.test(path) && !/(^|\/)dataset_infos?\.json$/.test(path),
  );
  const [only, ...others] = candidates;
  if (asked !== undefined && paths.includes(asked)) return asked;
  if (asked === undefined && only !== undefined && others.length === 0) return only;
  throw new JobError(
    'bad-input',
    asked === undefined
      ? `${repository} holds ${candidates.length} files of rows`
      : `${repository} holds no file ${asked}`,
    {
      hint:
        candidates.length === 0
          ? 'rows are read from .json, .jsonl, .csv, .tsv and .parquet files; this repository has none'
          : `say which one with \`file\`: ${candidates.slice(0, 10).join(', ')}`,
    },
  );
}
