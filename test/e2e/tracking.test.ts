import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFixture, type FixtureServer } from '../../packages/swanlab-http/test/support/fixture-server.ts';
import { useWorkspace, type CommandOptions, type Workspace } from '../rig/workspace/index.ts';

const key = 'key-of-a-test-0001';

const stage = `
import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** Stands in for a training: two reports and a line. */
export const loraSft = defineStage(import.meta.url, {
  name: 'lora-sft',
  inputs: { numbers },
  params: z.strictObject({ learningRate: z.number().default(5e-4), fails: z.boolean().default(false) }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
`;

const implementation = `
import { implement, JobError } from '@temper/pipeline/job';
import type { loraSft } from './stage.ts';

export default implement<typeof loraSft>(async (job) => {
  console.log('the training says a word');
  for (const step of [1, 2]) job.progress(step, 2, { loss: 1 / step, learningRate: job.params.learningRate });
  if (job.params.fails) throw new JobError('user-error', 'the loss became NaN', { hint: 'lower it' });
  return { numbers: await job.outputs.numbers.writeRows(job.inputs.numbers.rows()) };
});
`;

const pipeline = `
/** A training that is watched. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { loraSft } from '../small/lora-sft/stage.ts';

const { numbers } = count();
const { numbers: adapter } = loraSft({ numbers });

export default pipeline({ adapter });
`;

interface Watched extends Workspace {
  readonly server: FixtureServer;
  /** Variables of somebody who is logged in, and of somebody who is not. */
  readonly loggedIn: CommandOptions;
  readonly loggedOut: CommandOptions;
}

async function useWatched(): Promise<Watched> {
  const server = await startFixture();
  onTestFinished(() => server.close());
  const workspace = await useWorkspace();
  await workspace.write('small/lora-sft/stage.ts', stage);
  await workspace.write('small/lora-sft/run.ts', implementation);
  await workspace.write('pipelines/watched.ts', pipeline);
  const env = {
    SWANLAB_API_HOST: server.url,
    SWANLAB_ROOT: join(workspace.home, 'swanlab'),
    SWANLAB_API_KEY: null,
    SWANLAB_MODE: null,
  };
  return { ...workspace, server, loggedIn: { env: { ...env, SWANLAB_API_KEY: key } }, loggedOut: { env } };
}

function points({ exchanges }: FixtureServer): Set<string> {
  const sent = exchanges.filter(({ path, status }) => path === '/api/house/metrics' && status < 300);
  const records = sent.flatMap(({ body }) => {
    const { type, metrics } = body as { type: string; metrics: Record<string, unknown>[] };
    return type === 'scalar' ? metrics : [];
  });
  return new Set(
    records
      .map(({ key: name, index, data }) => [name, index, data].join(' '))
      .filter((line) => !line.startsWith('__swanlab__')),
  );
}

function states({ exchanges }: FixtureServer): unknown[] {
  return exchanges
    .filter(({ path }) => path.endsWith('/state'))
    .map(({ body }) => (body as { state: unknown }).state);
}

const everything = new Set([
  'train/loss 1 1',
  'train/loss 2 0.5',
  'train/learning_rate 1 0.0005',
  'train/learning_rate 2 0.0005',
  'train/global_step 1 1',
  'train/global_step 2 2',
]);

test('a training can be watched while it runs, and a run that reuses it says where its curves are', async () => {
  const workspace = await useWatched();
  const first = await workspace.run('watched', [], workspace.loggedIn);
  expect(first.outcomes).toEqual({ count: 'ran', 'lora-sft': 'ran' });
  const address = `${workspace.server.url}/@alice/watched/runs/`;
  expect(first.stdout).toContain(`lora-sft: watch it at ${address}`);
  expect(points(workspace.server)).toEqual(everything);
  expect(states(workspace.server)).toEqual(['FINISHED']);

  const second = await workspace.run('watched', [], workspace.loggedIn);
  expect(second.outcomes).toEqual({ count: 'reused', 'lora-sft': 'reused' });
  expect(second.stdout).toContain(`lora-sft: its curves are at ${address}`);
  expect(states(workspace.server)).toEqual(['FINISHED']);
});

test('a training that fails is CRASHED over there, and fails here as it would without a tracker', async () => {
  const workspace = await useWatched();
  const { code, outcomes } = await workspace.run(
    'watched',
    ['--set', 'lora-sft.fails=true'],
    workspace.loggedIn,
  );
  expect(code).toBe(1);
  expect(outcomes['lora-sft']).toBe('failed');
  expect(states(workspace.server)).toEqual(['CRASHED']);
  const said = workspace.server.exchanges.map(({ bytes }) => bytes.toString('utf8')).join('\n');
  expect(said).toContain('the loss became NaN');
});

test('without a login the curves stay here, one line says how to go on, and what it says works', async () => {
  const workspace = await useWatched();
  const { code, stdout } = await workspace.run('watched', [], workspace.loggedOut);
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => /swanlab/i.test(line))).toEqual([
    '  nobody is logged in to SwanLab: `temper login swanlab`, then `temper sync 1` uploads the curves of lora-sft',
  ]);
  expect(workspace.server.exchanges).toEqual([]);

  const early = await workspace.temper(['sync'], workspace.loggedOut);
  expect(early.code).toBe(2);
  expect(early.stderr).toContain('hint: log in with `temper login swanlab`, or set SWANLAB_API_KEY');

  const login = await workspace.temper(['login', 'swanlab', '--key', key], workspace.loggedOut);
  expect(login.stdout).toBe(`logged in to ${workspace.server.url} as alice\n`);
  const netrc = join(workspace.loggedOut.env!['SWANLAB_ROOT']!, '.netrc');
  expect(await readFile(netrc, 'utf8')).toBe(
    `machine ${workspace.server.url}\n\tlogin ${workspace.server.url}\n\tpassword ${key}\n`,
  );
  expect((await stat(netrc)).mode & 0o777).toBe(0o600);

  const upload = await workspace.temper(['sync'], workspace.loggedOut);
  expect(upload.stdout).toContain(
    `run 1, lora-sft: uploaded to ${workspace.server.url}/@alice/watched/runs/`,
  );
  expect(points(workspace.server)).toEqual(everything);
  expect(states(workspace.server)).toEqual(['FINISHED']);
  const calls = workspace.server.exchanges.length;
  const again = await workspace.temper(['sync', '1', '--json'], workspace.loggedOut);
  expect(JSON.parse(again.stdout)).toMatchObject({
    uploads: [{ run: 1, step: 'lora-sft', complete: true, alreadyUploaded: true }],
  });
  expect(workspace.server.exchanges.slice(calls).map(({ path }) => path)).toEqual(['/api/login/api_key']);
});

test('a server that answers nothing does not fail a run, and nothing is lost', async () => {
  const workspace = await useWatched();
  workspace.server.faults.push({ prefix: '/api', manner: 'hang' });
  const { code, outcomes, stdout } = await workspace.run('watched', [], workspace.loggedIn);
  expect(code).toBe(0);
  expect(outcomes).toEqual({ count: 'ran', 'lora-sft': 'ran' });
  expect(stdout).toContain('SwanLab does not have all of lora-sft yet; `temper sync 1` uploads the rest');
  workspace.server.faults.length = 0;
  expect((await workspace.temper(['sync', '1'], workspace.loggedIn)).code).toBe(0);
  expect(points(workspace.server)).toEqual(everything);
});

test('where CI is set, nothing is tracked', async () => {
  const workspace = await useWatched();
  const ci = { env: { ...workspace.loggedIn.env, CI: 'true' } };
  await workspace.run('watched', [], ci);
  expect(workspace.server.exchanges).toEqual([]);
  expect((await workspace.temper(['sync'], ci)).stdout).toBe('no run of this workspace was tracked\n');
});

test('a key that the server does not know is not kept', async () => {
  const workspace = await useWatched();
  const { code, stderr } = await workspace.temper(
    ['login', 'swanlab', '--key', 'bad-key'],
    workspace.loggedOut,
  );
  expect(code).toBe(2);
  expect(stderr).toBe(
    `✗ ${workspace.server.url} does not know this API key\n  hint: take a fresh one from ${workspace.server.url}/settings\n`,
  );
  await expect(stat(join(workspace.loggedOut.env!['SWANLAB_ROOT']!, '.netrc'))).rejects.toThrow('ENOENT');
});
