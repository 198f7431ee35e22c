import { describe, expect, it, onTestFinished } from 'vitest';
import { startHub } from '../../test/rig/hub/index.ts';
import { runJob } from '../test-job.ts';
import implementation, { chooseFile } from './hub.ts';
import { loadRows } from './stage.ts';

const repository = 'team/rows';
const holding = (...paths: string[]) => ({ repository, files: paths.map((path) => ({ path, size: 1 })) });

describe('load-rows from a hub', () => {
  it('fetches the pinned commit, not what the branch holds by now', async () => {
    const hub = await startHub();
    onTestFinished(() => hub.close());
    const row = { instruction: 'Hi', output: 'Hello' };
    const commit = hub.push(repository, { 'train.json': JSON.stringify([row]) }, { type: 'dataset' });
    hub.push(repository, { 'train.json': '[]' }, { type: 'dataset' });
    const done = await runJob(implementation, {
      stage: loadRows,
      params: { from: 'hub', repo: repository },
      hubPin: { hub: 'huggingface', repositoryType: 'dataset', commit, ...holding('train.json') },
      environment: hub.environment,
    });
    expect(await done.rows('rows')).toEqual([row]);
    expect(done.retries).toEqual([]);
  });
});

describe('chooseFile', () => {
  it('takes the only file of rows, and the one that was asked for', () => {
    expect(chooseFile(holding('README.md', 'dataset_infos.json', 'data/train.parquet'), undefined)).toBe(
      'data/train.parquet',
    );
    expect(chooseFile(holding('a.json', 'b.jsonl.gz'), 'b.jsonl.gz')).toBe('b.jsonl.gz');
  });

  it.each([
    [
      holding('a.json', 'b.csv'),
      undefined,
      'team/rows holds 2 files of rows',
      'say which one with `file`: a.json, b.csv',
    ],
    [
      holding('a.json', 'b.csv'),
      'c.csv',
      'team/rows holds no file c.csv',
      'say which one with `file`: a.json, b.csv',
    ],
    [
      holding('README.md'),
      undefined,
      'team/rows holds 0 files of rows',
      'rows are read from .json, .jsonl, .csv, .tsv and .parquet files; this repository has none',
    ],
  ])('refuses what leaves a choice: %o asked for %s', (pin, asked, message, hint) => {
    expect(() => chooseFile(pin, asked)).toThrow(
      expect.objectContaining({ reason: 'bad-input', message, hint }),
    );
  });
});
