/** What the tests of docker and of podman share: a job that needs nothing but the Python of the base image. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName, TestEngine } from '../../../../test/rig/engines/index.ts';
import type { BackendModule } from '../conformance/index.ts';
import { createContainerBackend } from './backend.ts';
import { findEngine } from './engine.ts';

const rig = () => import('../../../../test/rig/engines/index.ts');

export function engineModule(name: EngineName): Omit<BackendModule, 'daemon'> {
  return {
    language: 'python',

    async prepare(tools) {
      const { startEngine } = await rig();
      await mkdir(join(tools, 'cdi'));
      await writeFile(
        join(tools, 'cdi', 'nvidia.json'),
        '{"kind":"nvidia.com/gpu","devices":[{"name":"0"},{"name":"1"}]}',
      );
      const launcher = fileURLToPath(new URL('../../../trl-backend/launcher.py', import.meta.url));
      await cp(launcher, join(tools, 'launcher.py'));
      await writeFile(join(tools, 'engine.json'), JSON.stringify(await startEngine(name)));
    },

    async release(tools) {
      const { stopEngine } = await rig();
      await stopEngine(JSON.parse(await readFile(join(tools, 'engine.json'), 'utf8')) as TestEngine);
    },

    createBackend({ tools, jobs, environment }) {
      const engine = JSON.parse(readFileSync(join(tools, 'engine.json'), 'utf8')) as TestEngine;
      const variables = { ...environment, ...engine.environment };
      return createContainerBackend({
        findEngine: () => findEngine(variables),
        surroundings: () =>
          Promise.resolve({
            image: 'localhost/temper-base:bookworm',
            python: '/usr/bin/python3',
            launcher: '/opt/launcher.py',
            mounts: [{ from: join(tools, 'launcher.py'), to: '/opt/launcher.py' }],
          }),
        jobs,
        environment: variables,
        cdiFolders: [join(tools, 'cdi')],
      });
    },

    async inspect(tools, handle) {
      const { ask } = await rig();
      const engine = JSON.parse(await readFile(join(tools, 'engine.json'), 'utf8')) as TestEngine;
      return ask(engine, ['inspect', handle.nativeId]);
    },

    async launcherPid(tools, handle) {
      const { ask } = await rig();
      const engine = JSON.parse(await readFile(join(tools, 'engine.json'), 'utf8')) as TestEngine;
      return Number(await ask(engine, ['inspect', '--format', '{{.State.Pid}}', handle.nativeId]));
    },
  };
}
