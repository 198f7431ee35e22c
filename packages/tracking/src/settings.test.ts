import { expect, test } from 'vitest';
import { resolveSettings } from './settings.ts';

test('nothing set means online, in a project named after the pipeline', () => {
  expect(resolveSettings('alpaca-glm4', {}, {})).toEqual({
    mode: 'online',
    project: 'alpaca-glm4',
    workspace: undefined,
  });
});

test('a pipeline whose name no project may have gets the nearest one', () => {
  expect(resolveSettings('poems 诗', {}, {}).project).toBe('poems--');
});

test('the configuration wins over defaults, the variables of the user win over the configuration', () => {
  const settings = { mode: 'offline', project: 'poems', workspace: 'team' } as const;
  expect(resolveSettings('p', settings, {})).toEqual(settings);
  const environment = { SWANLAB_MODE: 'online', SWANLAB_PROJ_NAME: 'mine', SWANLAB_WORKSPACE: 'me' };
  expect(resolveSettings('p', settings, environment)).toEqual({
    mode: 'online',
    project: 'mine',
    workspace: 'me',
  });
});

test('SWANLAB_PROJECT is a name, as transformers documents it, unless it is the JSON of the official client', () => {
  expect(resolveSettings('p', {}, { SWANLAB_PROJECT: 'mine' }).project).toBe('mine');
  expect(resolveSettings('p', {}, { SWANLAB_PROJECT: '{"name":"mine"}' }).project).toBe('p');
});

test.each(['true', '1', 'woodpecker'])('CI=%s disables tracking', (CI) => {
  expect(resolveSettings('p', { mode: 'online' }, { CI }).mode).toBe('disabled');
  expect(resolveSettings('p', {}, { CI, SWANLAB_MODE: 'offline' }).mode).toBe('offline');
});

test.each(['', 'false', '0'])('CI=%s is no CI', (CI) => {
  expect(resolveSettings('p', {}, { CI }).mode).toBe('online');
});
