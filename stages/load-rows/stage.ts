import { byParam, defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { rows } from '../kinds/rows.ts';
import { revisionOf } from '../revision.ts';

const format = z
  .enum(['auto', 'alpaca', 'sharegpt', 'messages'])
  .default('auto')
  .describe('How a row is laid out; `auto` takes the format that the first row fits');

/** Reads source rows from a file of the workspace or from a hub, and checks every one of them. */
export const loadRows = defineStage(import.meta.url, {
  name: 'load-rows',
  params: z.discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('file'),
      path: z
        .string()
        .min(1)
        .describe('A JSON array, JSONL, CSV, TSV or parquet file, also gzipped; relative to the workspace'),
      format,
    }),
    z.strictObject({
      from: z.literal('hub'),
      repo: z.string().min(1).describe('The repository of the dataset, as `owner/name`'),
      revision: z
        .string()
        .optional()
        .describe('A branch, tag or commit, pinned to a commit; by default `main`, on ModelScope `master`'),
      hub: z.enum(['huggingface', 'modelscope']).default('huggingface'),
      file: z
        .string()
        .optional()
        .describe('Which file of the repository; needed where it has several files of rows'),
      format,
    }),
  ]),
  outputs: { rows },
  runs: byParam('from', { file: host('./run.ts'), hub: host('./hub.ts', { network: true }) }),
  pins: (params) =>
    params.from === 'file'
      ? [{ type: 'file', path: params.path }]
      : [
          {
            type: 'hub',
            hub: params.hub,
            repositoryType: 'dataset',
            repository: params.repo,
            revision: revisionOf(params),
            include: params.file === undefined ? undefined : [params.file],
          },
        ],
});
