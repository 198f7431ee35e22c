import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
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
  const shown = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m', report: '/store/r' });
  expect(shown.aside).toEqual([]);
  expect(shown.paths).toEqual({ model: 'output/alpaca/tiny/model', report: 'output/alpaca/tiny/report' });
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m');
});

it('a run replaces the whole folder: what it did not confirm is gone', async () => {
  const workspace = await makeWorkspace();
  await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m', report: '/store/r' });
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

it('what the user put in the place of an output, or beside it, steps aside and is told of', async () => {
  const workspace = await makeWorkspace();
  const folder = join(workspace, 'output/alpaca/tiny');
  for (const [round, aside] of ['output/alpaca/tiny.kept-1', 'output/alpaca/tiny.kept-2'].entries()) {
    await rm(join(folder, 'model'), { force: true });
    await mkdir(join(folder, 'model'), { recursive: true });
    await writeFile(join(folder, 'model/notes.txt'), `of round ${String(round)}`);
    await writeFile(join(folder, 'beside.txt'), '');
    const shown = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m' });
    expect(shown.aside).toEqual([aside]);
    expect(await readdir(folder)).toEqual(['model']);
    expect(await readlink(join(folder, 'model'))).toBe('/store/m');
    expect((await readdir(join(workspace, aside))).sort()).toEqual(['beside.txt', 'model']);
    expect(await readFile(join(workspace, aside, 'model/notes.txt'), 'utf8')).toBe(
      `of round ${String(round)}`,
    );
  }
});

it('a file in the place of the whole folder steps aside', async () => {
  const workspace = await makeWorkspace();
  await mkdir(join(workspace, 'output/alpaca'), { recursive: true });
  await writeFile(join(workspace, 'output/alpaca/tiny'), 'mine');
  const { aside } = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m' });
  expect(aside).toEqual(['output/alpaca/tiny.kept-1']);
  expect(await readFile(join(workspace, 'output/alpaca/tiny.kept-1/tiny'), 'utf8')).toBe('mine');
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m');
});

it('of a link in the place of the whole folder only the link steps aside', async () => {
  const workspace = await makeWorkspace();
  const elsewhere = join(workspace, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'notes.txt'), 'mine');
  await mkdir(join(workspace, 'output/alpaca'), { recursive: true });
  await symlink(elsewhere, join(workspace, 'output/alpaca/tiny'));
  const { aside } = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m' });
  expect(aside).toEqual(['output/alpaca/tiny.kept-1']);
  expect(await readdir(elsewhere)).toEqual(['notes.txt']);
  expect(await readlink(join(workspace, 'output/alpaca/tiny.kept-1/tiny'))).toBe(elsewhere);
  expect(await readlink(join(workspace, 'output/alpaca/tiny/model'))).toBe('/store/m');
});

it('what the user put there outlives a run that was killed while it replaced the folder', async () => {
  const workspace = await makeWorkspace();
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  const old = join(workspace, 'output/alpaca', `tiny.${String(pid)}-0123456789ab.old`);
  await mkdir(old, { recursive: true });
  await writeFile(join(old, 'notes.txt'), '');
  const { aside } = await showOutputs(workspace, 'alpaca', 'tiny', { model: '/store/m' });
  expect(aside).toEqual(['output/alpaca/tiny.kept-1']);
  expect(await readdir(join(workspace, 'output/alpaca/tiny.kept-1'))).toEqual(['notes.txt']);
});
