import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JobRequest } from '../job.ts';
import { assembleJobFolder } from './assemble.ts';

let folder: string;
let job: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-folder-'));
  job = join(folder, 'job');
  await mkdir(join(folder, 'tree'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const input = (name: string, path: string) => ({
  name,
  kind: 'rows',
  digest: '0'.repeat(64),
  size: 0,
  path,
  many: path !== name,
  source: join(folder, 'tree'),
});

const request = (): JobRequest => ({
  v: 1,
  jobId: 'job',
  attempt: 1,
  fingerprint: 'f'.repeat(64),
  label: 'step',
  owner: 'host:boot:1:1',
  run: '1',
  entry: 'code/stages/split/run.mjs',
  stageFolder: 'code/stages/split',
  roots: [],
  python: null,
  params: { seed: 42 },
  inputs: [input('rows', 'in/rows'), input('more', 'in/more-0')],
  externals: [
    {
      type: 'file',
      path: 'data/a.json',
      digest: '1'.repeat(64),
      at: 'in/external/0/a.json',
      source: join(folder, 'a.json'),
    },
    { type: 'hub', digest: '2'.repeat(64), pin: {} },
  ],
  outputs: [{ name: 'train', kind: 'train split', path: 'out/train' }],
  resources: { gpus: 0, memory: null, seconds: null },
  network: 'none',
  checkpoint: { path: 'checkpoint', resume: true },
  graceSeconds: 30,
  heartbeatSeconds: 10,
  environment: {},
  secretNames: [],
});

const content = {
  files: [
    { path: 'stages/split/run.mjs', bytes: Buffer.from('export default 1'), executable: false },
    { path: 'stages/split/tool.sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true },
  ],
};

it('a folder holds the hashed code, links to the inputs, empty outputs, and the request', async () => {
  await assembleJobFolder(job, request(), { ...content, packages: join(folder, 'node_modules') });
  expect((await readdir(job)).sort()).toEqual([
    'checkpoint',
    'code',
    'in',
    'log',
    'out',
    'request.json',
    'tmp',
  ]);
  expect(await readFile(join(job, 'code/stages/split/run.mjs'), 'utf8')).toBe('export default 1');
  expect((await stat(join(job, 'code/stages/split/tool.sh'))).mode & 0o111).not.toBe(0);
  expect(await readlink(join(job, 'in/rows'))).toBe(join(folder, 'tree'));
  expect(await readlink(join(job, 'in/more-0'))).toBe(join(folder, 'tree'));
  expect(await readlink(join(job, 'in/external/0/a.json'))).toBe(join(folder, 'a.json'));
  expect(await readlink(join(job, 'code/node_modules'))).toBe(join(folder, 'node_modules'));
  expect(await readdir(join(job, 'out/train'))).toEqual([]);
  expect(JSON.parse(await readFile(join(job, 'request.json'), 'utf8'))).toEqual(request());
});

it('a further attempt finds the checkpoints of the one before and nothing else', async () => {
  await assembleJobFolder(job, request(), content);
  for (const left of [
    'checkpoint/step-20',
    'out/train/half',
    'tmp/x',
    'result.json',
    'handle.json',
    'started',
    'cancel',
  ])
    await writeFile(join(job, left), '');
  await assembleJobFolder(job, { ...request(), attempt: 2 }, { files: content.files.slice(0, 1) });
  expect((await readdir(job)).sort()).toEqual([
    'checkpoint',
    'code',
    'in',
    'log',
    'out',
    'request.json',
    'tmp',
  ]);
  expect(await readdir(join(job, 'checkpoint'))).toEqual(['step-20']);
  expect(await readdir(join(job, 'code/stages/split'))).toEqual(['run.mjs']);
  expect(await readdir(join(job, 'out/train'))).toEqual([]);
});

it('clearing a folder leaves what its links lead to', async () => {
  await writeFile(join(folder, 'tree', 'rows.jsonl'), '{}\n');
  await assembleJobFolder(job, request(), content);
  await assembleJobFolder(job, request(), content);
  expect(await readdir(join(folder, 'tree'))).toEqual(['rows.jsonl']);
});
