import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findEngine } from './engine.ts';

let programs: string;
beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'temper-engines-'));
});
afterEach(() => rm(programs, { recursive: true, force: true }));

/** A command line that says what was recorded of a real one, for what no engine here can be brought to say. */
async function install(name: string, version: string, info: string): Promise<void> {
  const path = join(programs, name);
  await writeFile(path, `#!/bin/sh\nif [ "$1" = --version ]; then echo '${version}'; exit; fi\n${info}\n`);
  await chmod(path, 0o755);
}

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  // The shell that the stand-ins are written for, and no engine of the machine's own.
  PATH: programs,
  ...more,
});
const dockerVersion = 'Docker version 28.2.2, build e6534b4';
const podmanVersion = 'podman version 4.3.1';
const podmanInfo = (rootless: boolean, cgroups: string, controllers = '["memory"]'): string =>
  `echo '{"host":{"cgroupVersion":"${cgroups}","cgroupControllers":${controllers},"memTotal":1024,` +
  `"security":{"rootless":${String(rootless)}},"ociRuntime":{"name":"crun"}},"store":{"graphRoot":"/s"},"version":{"Version":"4.3.1"}}'`;

it('without an engine the sentence names both, and the way without', async () => {
  await expect(findEngine({ PATH: programs })).rejects.toMatchObject({
    reason: 'engine-missing',
    message: 'there is neither docker nor podman on PATH',
    hint: 'install one of them, or use `--backend local`',
  });
});

it('an engine that is set and is none is named', async () => {
  await install('lxc', 'lxc 5.0', 'exit 1');
  for (const named of ['lxc', 'nothing']) {
    await expect(findEngine(environment({ TEMPER_CONTAINER_ENGINE: named }))).rejects.toMatchObject({
      reason: 'engine-missing',
      message: `the container engine \`${named}\` is neither docker nor podman, or does not run`,
    });
  }
});

it('docker whose daemon is away is told in its own words', async () => {
  const words =
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
  await install('docker', dockerVersion, `echo '{"ServerVersion":""}'; echo '${words}' >&2; exit 1`);
  await expect(findEngine(environment())).rejects.toMatchObject({
    reason: 'engine-not-running',
    message: `docker is installed and does not answer: ${words}`,
  });
});

it('podman is taken where docker does not answer, and a podman that is called docker is podman', async () => {
  await install('docker', dockerVersion, 'echo "permission denied" >&2; exit 1');
  await install('podman', podmanVersion, podmanInfo(false, 'v1'));
  expect(await findEngine(environment())).toMatchObject({ engine: { kind: 'podman', command: 'podman' } });
  await install('docker', podmanVersion, podmanInfo(false, 'v2'));
  expect(await findEngine(environment())).toMatchObject({
    engine: { kind: 'podman', command: 'docker', version: '4.3.1' },
    facts: { rootless: false, cgroups: '2', limitsMemory: true, memory: 1024, root: '/s' },
  });
});

it('rootless podman holds to a memory limit only where the controller is delegated to it', async () => {
  const limits = async (info: string): Promise<boolean> => {
    await install('podman', podmanVersion, info);
    return (await findEngine(environment(), 'podman')).facts.limitsMemory;
  };
  expect(await limits(podmanInfo(true, 'v1'))).toBe(false);
  expect(await limits(podmanInfo(true, 'v2', '["cpu","pids"]'))).toBe(false);
  expect(await limits(podmanInfo(true, 'v2', '["cpu","memory"]'))).toBe(true);
  expect(await limits(podmanInfo(false, 'v1'))).toBe(true);
});

it('docker says whether it is rootless, holds to a memory limit, and knows of GPUs', async () => {
  await install(
    'docker',
    dockerVersion,
    `echo '{"ServerVersion":"27.0.1","SecurityOptions":["name=seccomp","name=rootless"],"CgroupVersion":"2","MemoryLimit":true,"MemTotal":7,"Runtimes":{"nvidia":{},"runc":{}},"DockerRootDir":"/d"}'`,
  );
  expect((await findEngine(environment())).facts).toEqual({
    version: '27.0.1',
    rootless: true,
    cgroups: '2',
    limitsMemory: true,
    memory: 7,
    runtimes: ['nvidia', 'runc'],
    root: '/d',
  });
});
