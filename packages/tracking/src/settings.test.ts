import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resolveSettings, type ResolvedSettings, type TrackingSettings } from './settings.ts';

const workspace = mkdtempSync(join(tmpdir(), 'temper-settings-'));
afterAll(() => rmSync(workspace, { recursive: true }));

/** In a workspace of its own, for a user who has no files. */
function resolve(
  pipeline: string,
  settings: TrackingSettings,
  environment: Record<string, string>,
): ResolvedSettings {
  const own = { SWANLAB_ROOT: join(workspace, 'none'), SWANLAB_CONFIG_DIR: join(workspace, 'none') };
  return resolveSettings(pipeline, settings, { environment: { ...own, ...environment }, workspace });
}

test('nothing set means online, in a project named after the pipeline', () => {
  expect(resolve('alpaca-glm4', {}, {})).toEqual({
    mode: 'online',
    project: 'alpaca-glm4',
    workspace: undefined,
  });
});

test('a pipeline whose name no project may have gets the nearest one', () => {
  expect(resolve('poems 诗', {}, {}).project).toBe('poems--');
});

test('the configuration wins over defaults, the variables of the user win over the configuration', () => {
  const settings = { mode: 'offline', project: 'poems', workspace: 'team' } as const;
  expect(resolve('p', settings, {})).toEqual(settings);
  const environment = { SWANLAB_MODE: 'online', SWANLAB_PROJ_NAME: 'mine', SWANLAB_WORKSPACE: 'me' };
  expect(resolve('p', settings, environment)).toEqual({
    mode: 'online',
    project: 'mine',
    workspace: 'me',
  });
});

test('SWANLAB_PROJECT is a name, as transformers documents it, unless it is the JSON of the official client', () => {
  expect(resolve('p', {}, { SWANLAB_PROJECT: 'mine' }).project).toBe('mine');
  expect(resolve('p', {}, { SWANLAB_PROJECT: '{"name":"mine"}' }).project).toBe('p');
});

test.each(['true', '1', 'woodpecker'])('CI=%s disables tracking', (CI) => {
  expect(resolve('p', { mode: 'online' }, { CI }).mode).toBe('disabled');
  expect(resolve('p', {}, { CI, SWANLAB_MODE: 'offline' }).mode).toBe('offline');
});

test.each(['', 'false', '0'])('CI=%s is no CI', (CI) => {
  expect(resolve('p', {}, { CI }).mode).toBe('online');
});

test('a settings file of the official client wins over the configuration, and is read beside the pipelines', () => {
  const file = join(workspace, 'swanlab.yaml');
  writeFileSync(file, '# ours\nmode: offline\nproject:\n  name: from-file\n  workspace: team\n');
  expect(resolve('p', { mode: 'online', project: 'poems' }, {})).toEqual({
    mode: 'offline',
    project: 'from-file',
    workspace: 'team',
  });
  writeFileSync(file, 'mode: [offline\n');
  expect(() => resolve('p', {}, {})).toThrow('swanlab.yaml cannot be read');
  rmSync(file);
});
