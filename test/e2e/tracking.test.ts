import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { key, lines, points, states, useWatched } from './watched.ts';

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
  expect(lines(workspace.server)).toEqual(['the training says a word']);
  expect(first.stdout).not.toContain('its curves are');

  const loraSft = { tracking: { project: 'watched', workspace: 'alice', run: 1 } };
  const place = expect.stringContaining(`  lora-sft: its curves are at ${address}`) as unknown;
  // The second run looks at everything, the third is answered from memory.
  for (const run of ['second', 'third']) {
    const again = await workspace.run('watched', [], workspace.loggedIn);
    expect(again, run).toMatchObject({
      outcomes: { count: 'reused', 'lora-sft': 'reused' },
      stdout: place,
      result: { steps: [{ label: 'count' }, loraSft] },
    });
    expect(again.result?.steps[0]).not.toHaveProperty('tracking');
  }
  expect(states(workspace.server)).toEqual(['FINISHED']);

  expect(await workspace.temper(['show', '1'])).toMatchObject({ stdout: place });
  const shown = await workspace.temper(['show', 'last', 'lora-sft', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject(loraSft);
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

  const login = await workspace.temper(['login', 'swanlab', '--key', '-'], {
    ...workspace.loggedOut,
    input: `${key}\n`,
  });
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
