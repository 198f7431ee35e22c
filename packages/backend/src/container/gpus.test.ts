import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine, EngineFacts } from './engine.ts';
import { describedDevices, gpuAccess, gpuArguments } from './gpus.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-cdi-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const docker: Engine = { kind: 'docker', command: 'docker', version: '20.10.24' };
const podman: Engine = { kind: 'podman', command: 'podman', version: '4.3.1' };
const facts: EngineFacts = {
  version: '1',
  rootless: false,
  cgroups: '2',
  limitsMemory: true,
  memory: 2 ** 36,
  runtimes: ['runc'],
  root: '/var/lib/containers',
};
const withRuntime = { ...facts, runtimes: ['runc', 'nvidia'] };

it('GPUs are found in CDI files written as YAML and as JSON, and other devices are not', async () => {
  await writeFile(
    join(folder, 'nvidia.yaml'),
    'cdiVersion: 0.5.0\ncontainerEdits:\n  deviceNodes:\n  - path: /dev/nvidiactl\ndevices:\n- containerEdits: {}\n  name: "0"\n- name: all\nkind: nvidia.com/gpu\n',
  );
  await writeFile(join(folder, 'more.json'), '{"kind":"nvidia.com/gpu","devices":[{"name":"1"}]}');
  await writeFile(join(folder, 'other.json'), '{"kind":"vendor.com/net","devices":[{"name":"eth"}]}');
  const found = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'nvidia.com/gpu=all'];
  expect(await describedDevices([folder, join(folder, 'missing')])).toEqual(found);
});

it('docker is told of GPUs by a runtime, podman by CDI files, and else by nothing', async () => {
  expect(await gpuAccess(docker, withRuntime, [folder])).toBe('runtime');
  expect(await gpuAccess(docker, facts, [folder])).toBe('none');
  expect(await gpuAccess(podman, withRuntime, [folder])).toBe('none');
  await writeFile(join(folder, 'nvidia.json'), '{"kind":"nvidia.com/gpu","devices":[{"name":"0"}]}');
  expect(await gpuAccess(podman, facts, [folder])).toBe('cdi');
});

it('a job gets as many GPUs as it asked for, of those that CUDA_VISIBLE_DEVICES leaves', () => {
  expect(gpuArguments(2, docker, withRuntime, {})).toEqual(['--gpus', '"device=0,1"']);
  expect(gpuArguments(2, podman, facts, { CUDA_VISIBLE_DEVICES: '3, 5,6' })).toEqual([
    '--device',
    'nvidia.com/gpu=3',
    '--device',
    'nvidia.com/gpu=5',
  ]);
});
