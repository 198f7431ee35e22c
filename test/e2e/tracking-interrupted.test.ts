import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FixtureServer } from '../../packages/swanlab-http/test/support/fixture-server.ts';
import type { Workspace } from '../rig/workspace/index.ts';
import { lines, points, states, useWatched } from './watched.ts';

const held = ['--set', 'lora-sft.held=true'];

/** Resolves when the server has the last point that the training reports before it is held. */
async function seen(server: FixtureServer): Promise<void> {
  await server.seen(({ body }) => JSON.stringify(body ?? '').includes('"key":"train/loss","index":2'));
}

/** Resolves when the spool says that its one console line was sent: until then a kill makes it be sent again. */
async function noted({ root }: Workspace): Promise<void> {
  const folder = join(root, '.temper/runs/1/swanlab');
  const spool = (await readdir(folder)).find((name) => name.startsWith('run-')) ?? '';
  const bookmark = join(folder, spool, 'sdk-http.json');
  await expect
    .poll(() => readFile(bookmark, 'utf8').catch(() => ''), { timeout: 60_000 })
    .toContain('"lastLine": 1');
}

function ids({ exchanges }: FixtureServer): Set<unknown> {
  const opened = exchanges.filter(({ path }) => path.endsWith('/experiment'));
  return new Set(opened.map(({ body }) => (body as { cuid: unknown }).cuid));
}

test('a training that was stopped goes on in the same tracking run', async () => {
  const workspace = await useWatched({ experiment: 'remembered' });
  const { server, hand, loggedIn } = workspace;
  const running = workspace.startRun('watched', held, loggedIn);
  await hand.job('training');
  await seen(server);
  running.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped.code).toBe(130);
  expect(states(server)).toEqual(['ABORTED']);
  expect(lines(server)).toContain('lora-sft was cancelled');

  await hand.letGo('training');
  const next = await workspace.run('watched', held, loggedIn);
  expect(next.outcomes).toEqual({ count: 'reused', 'lora-sft': 'ran' });
  expect(ids(server).size).toBe(1);
  expect(states(server)).toEqual(['ABORTED', 'FINISHED']);
  expect(server.counts.points).toBe(points(server).size + lines(server).length);
  const [id] = ids(server);
  expect(next.stdout).toContain(`lora-sft: watch it at ${server.url}/@alice/watched/runs/${String(id)}`);
});

test('a runner that was killed leaves curves that can be uploaded, and the next one goes on with them', async () => {
  const workspace = await useWatched({ experiment: 'remembered' });
  const { server, hand, loggedIn } = workspace;
  const killed = workspace.startRun('watched', held, loggedIn);
  const job = await hand.job('training');
  await seen(server);
  await noted(workspace);
  killed.kill('SIGKILL');
  await killed.ended;
  expect(states(server)).toEqual([]);

  const upload = await workspace.temper(['sync'], loggedIn);
  expect(upload).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('run 1, lora-sft: uploaded to') as unknown,
  });
  expect(states(server)).toEqual(['CRASHED']);

  const next = workspace.startRun('watched', held, loggedIn);
  await next.says('goes on with the job that run 1 left behind');
  await job.finish();
  expect(await next.ended).toMatchObject({ code: 0, outcomes: { 'lora-sft': 'ran' } });
  expect(ids(server).size).toBe(1);
  expect(states(server)).toEqual(['CRASHED', 'FINISHED']);
  expect(points(server).has('train/loss 2 0.5')).toBe(true);
  expect(lines(server).filter((line) => line === 'the training says a word')).toHaveLength(1);
});
