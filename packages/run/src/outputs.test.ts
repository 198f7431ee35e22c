import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { showOutputs } from './outputs.ts';

async function makeWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'temper-outputs-'));
  onTestFinished(() => rm(workspace, { recursive: true }));
  return workspace;
}

it('outputs are links below pipeline and configuration, by their names', async () => {
  const workspace = await makeWorkspace();
  const paths = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m', report: '/store/r' });
  expect(paths).toEqual({ model: 'output/alpaca/tiny/model', report: 'output/alpaca/tiny/report' });
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m');
});

it('a run replaces the whole folder: what it did not confirm is gone', async () => {
  const workspace = await makeWorkspace();
  await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m', report: '/store/r' });
  await writeFile(join(workspace, 'output/alpaca/tiny/notes.txt'), '');
  await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m2' });
  expect(await readdir(join(workspace, 'output/alpaca/tiny'))).toEqual(['model']);
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m2');
  expect(await readdir(join(workspace, 'output/alpaca'))).toEqual(['tiny']);
});

it('a folder that shows the right things already is left alone', async () => {
  const workspace = await makeWorkspace();
  const trees = { model: '/store/m' };
  await showOutputs(workspace, 'alpaca', 'tiny', trees);
  const before = await readdir(join(workspace, 'output/alpaca'), { withFileTypes: true });
  await showOutputs(workspace, 'alpaca', 'tiny', trees);
  expect(await readdir(join(workspace, 'output/alpaca'), { withFileTypes: true })).toEqual(before);
});

it('a folder of the user’s in the place of an output steps aside', async () => {
  const workspace = await makeWorkspace();
  await mkdir(join(workspace, 'output/alpaca/tiny/model/deep'), { recursive: true });
  await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m' });
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m');
});
