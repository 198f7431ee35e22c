import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doctorEnglish } from '../texts/doctor/en.ts';
import { doctorChinese } from '../texts/doctor/zh.ts';
import { examineEngine } from './gpus.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-doctor-'));
  await writeFile(
    join(folder, 'nvidia.yaml'),
    'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\n- name: "1"\n- name: all\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** What is said of an engine that answers so, on a machine with a card. */
async function told(kind: 'docker' | 'podman', info: object, cdiFolders: readonly string[]) {
  const version = kind === 'docker' ? 'Docker version 28.0.1, build 1' : 'podman version 4.3.1';
  const answers = `if [ "$1" = --version ]; then echo '${version}'; else echo '${JSON.stringify(info)}'; fi`;
  await writeFile(join(folder, kind), `#!/bin/sh\n${answers}\n`);
  await chmod(join(folder, kind), 0o755);
  const { state, found, mend } = await examineEngine(kind, { PATH: folder }, true, cdiFolders);
  return { state, found: found(doctorEnglish), mend: mend?.(doctorEnglish) };
}

const podman = (rootless: boolean, controllers: readonly string[]) => ({
  host: {
    cgroupVersion: 'v2',
    cgroupControllers: controllers,
    memTotal: 1024,
    security: { rootless },
    ociRuntime: { name: 'crun' },
  },
  store: { graphRoot: '/s' },
  version: { Version: '4.3.1' },
});

it('podman hands out what CDI files describe', async () => {
  expect(await told('podman', podman(false, ['memory']), [folder])).toEqual({
    state: 'good',
    found: '4.3.1, 3 GPU devices by CDI',
    mend: undefined,
  });
});

it('a podman without root that was given no controller of memory is told how to get one', async () => {
  expect(await told('podman', podman(true, ['pids']), [folder])).toEqual({
    state: 'doubtful',
    found: '4.3.1, rootless, 3 GPU devices by CDI, no memory limit',
    mend: doctorEnglish.delegateMemory,
  });
});

it('without CDI files podman is told how to make them', async () => {
  expect(await told('podman', podman(true, ['pids']), [join(folder, 'none')])).toEqual({
    state: 'doubtful',
    found: '4.3.1, rootless, no GPUs in containers, no memory limit',
    mend: doctorEnglish.givePodmanGpus,
  });
});

it('a docker without root hands out GPUs by its runtime', async () => {
  const info = {
    ...{ ServerVersion: '28.0.1', SecurityOptions: ['name=rootless'], CgroupVersion: '2', MemoryLimit: true },
    ...{ MemTotal: 7, Runtimes: { nvidia: {}, runc: {} }, DockerRootDir: '/d' },
  };
  expect(await told('docker', info, [])).toEqual({
    state: 'good',
    found: '28.0.1, rootless, GPUs by NVIDIA’s runtime',
    mend: undefined,
  });
});

it('an engine that does not answer is told of in the language of the texts', async () => {
  const trouble = 'Cannot connect to the Docker daemon';
  const answers = `if [ "$1" = --version ]; then echo 'Docker version 28.0.1, build 1'; else echo '${trouble}' >&2; exit 1; fi`;
  await writeFile(join(folder, 'docker'), `#!/bin/sh\n${answers}\n`);
  await chmod(join(folder, 'docker'), 0o755);
  const { state, found } = await examineEngine('docker', { PATH: folder }, false);
  expect(state).toBe('doubtful');
  expect(found(doctorEnglish)).toBe(`docker is installed and does not answer: ${trouble}`);
  expect(found(doctorChinese)).toBe(`docker 已安装，但没有应答：${trouble}`);
});
