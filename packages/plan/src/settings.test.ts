import { expect, it } from 'vitest';
import { laySettings } from './settings.ts';

const base = {
  description: 'small',
  backend: 'container',
  container: { engine: 'podman', base: 'debian', memory: '24 GiB' },
  tracking: { mode: 'online', project: 'glm' },
} as const;

it('maps merge key by key, texts replace', () => {
  expect(laySettings([base, { description: 'large', container: { memory: '48 GiB' } }])).toEqual({
    ...base,
    description: 'large',
    container: { engine: 'podman', base: 'debian', memory: '48 GiB' },
  });
  expect(laySettings([base, { tracking: { mode: 'offline' } }]).tracking).toEqual({
    mode: 'offline',
    project: 'glm',
  });
});

it('null takes away one key, or the whole map', () => {
  expect(laySettings([base, { container: { memory: null } }]).container).toEqual({
    engine: 'podman',
    base: 'debian',
  });
  expect(laySettings([base, { container: null, tracking: null }])).toEqual({
    description: 'small',
    backend: 'container',
  });
});

it('what was taken away can be set again', () => {
  const layers = [base, { tracking: null }, { tracking: { project: 'other' } }];
  expect(laySettings(layers).tracking).toEqual({ project: 'other' });
});
