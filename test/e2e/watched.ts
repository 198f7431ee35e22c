import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  startFixture,
  type FixtureServer,
  type ServerState,
} from '../../packages/swanlab-http/test/support/fixture-server.ts';
import { useWorkspace, type CommandOptions, type Workspace } from '../rig/workspace/index.ts';

export const key = 'key-of-a-test-0001';

const stage = `
import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { numbers } from '../kinds/numbers.ts';

/** Stands in for a training: two reports and a line, and then, if it is held, an order to wait for. */
export const loraSft = defineStage(import.meta.url, {
  name: 'lora-sft',
  inputs: { numbers },
  params: z.strictObject({
    learningRate: z.number().default(5e-4),
    fails: z.boolean().default(false),
    held: z.boolean().default(false),
    hand: z.string(),
  }),
  outputs: { numbers },
  runs: host('./run.ts'),
});
`;

const implementation = `
import { watch } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { implement, JobError } from '@temper/pipeline/job';
import type { loraSft } from './stage.ts';

export default implement<typeof loraSft>(async (job) => {
  console.log('the training says a word');
  for (const step of [1, 2]) job.progress(step, 2, { loss: 1 / step, learningRate: job.params.learningRate });
  if (job.params.held) await order(job.params.hand, job.signal);
  if (job.params.fails) throw new JobError('user-error', 'the loss became NaN', { hint: 'lower it' });
  return { numbers: await job.outputs.numbers.writeRows(job.inputs.numbers.rows()) };
});

async function order(hand: string, signal: AbortSignal): Promise<void> {
  const changed = watch(hand);
  try {
    await appendFile(hand + '/training.jobs', String(process.pid) + '\\n');
    await new Promise<void>((resolve, reject) => {
      const look = () => void readFile(hand + '/training.order').then(() => resolve(), () => undefined);
      changed.on('change', look);
      signal.addEventListener('abort', () => reject(new Error('told to stop while it was held')));
      look();
    });
  } finally {
    changed.close();
  }
}
`;

const pipeline = `
/** A training that is watched. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { loraSft } from '../small/lora-sft/stage.ts';

const { numbers } = count();
const { numbers: adapter } = loraSft({ numbers }, { hand: process.env['HAND'] ?? '' });

export default pipeline({ adapter });
`;

/** A workspace with a training to watch, and the server that it is watched on. */
export interface Watched extends Workspace {
  readonly server: FixtureServer;
  /** Variables of somebody who is logged in, and of somebody who is not. */
  readonly loggedIn: CommandOptions;
  readonly loggedOut: CommandOptions;
}

export async function useWatched(state: ServerState = {}): Promise<Watched> {
  const server = await startFixture(state);
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

/** All points as `key step value`, without those of the hardware. */
export function points({ exchanges }: FixtureServer): Set<string> {
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

export function states({ exchanges }: FixtureServer): unknown[] {
  return exchanges
    .filter(({ path }) => path.endsWith('/state'))
    .map(({ body }) => (body as { state: unknown }).state);
}

/** Console lines in the order of their numbers. */
export function lines({ exchanges }: FixtureServer): unknown[] {
  const sent = exchanges.filter(({ path, status }) => path === '/api/house/metrics' && status < 300);
  return sent.flatMap(({ body }) => {
    const { type, metrics } = body as { type: string; metrics: { message: unknown }[] };
    return type === 'log' ? metrics.map(({ message }) => message) : [];
  });
}
