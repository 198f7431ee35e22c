import { expect, it } from 'vitest';
import { containerSettings, memoryLimit } from './container.ts';

it('a size of memory is read as people write it', () => {
  expect(['24 GiB', '24g', '24G', '512M', '1.5GB', '1000'].map(memoryLimit)).toEqual([
    24 * 2 ** 30,
    24 * 2 ** 30,
    24 * 2 ** 30,
    2 ** 29,
    1.5e9,
    1000,
  ]);
  expect(memoryLimit(undefined)).toBeNull();
});

it('what is no size of memory is refused with one that is', () => {
  for (const text of ['much', '', '0', '24 parsecs', '-1G']) {
    expect(() => memoryLimit(text)).toThrow(`\`${text}\` is no size of memory for \`container.memory\``);
  }
});

it('the variables of a machine lie over a configuration, and that over the defaults', () => {
  const settings = { engine: 'podman', base: 'debian:12', memory: '1 GiB' };
  const environment = { TEMPER_CONTAINER_ENGINE: 'docker', TEMPER_CONTAINER_BASE: '' };
  expect(containerSettings(settings, environment)).toEqual({
    engine: 'docker',
    base: 'debian:12',
    environment: 'image',
    memory: '1 GiB',
  });
  expect(containerSettings(undefined, {})).toEqual({
    base: 'docker.io/library/python:3.12-slim-bookworm',
    environment: 'image',
  });
  expect(() => containerSettings(undefined, { TEMPER_CONTAINER_ENVIRONMENT: 'mount' })).toThrow(
    'TEMPER_CONTAINER_ENVIRONMENT is `mount`',
  );
});
