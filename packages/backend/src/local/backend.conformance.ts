import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendModule } from '../conformance/index.ts';
import { findInterpreter } from '../environment/interpreter.ts';
import { parseProcess } from '../process/native-id.ts';
import { createLocalBackend } from './backend.ts';

export const language = 'python';

const python = '>=3.10 <3.14';

/** The rig needs no packages: any Python of the right age serves as the environment. */
export async function prepare(tools: string): Promise<void> {
  const { cp, mkdir, symlink } = await import('node:fs/promises');
  await mkdir(join(tools, 'local'));
  const launcher = fileURLToPath(new URL('../../../trl-backend/launcher.py', import.meta.url));
  await cp(launcher, join(tools, 'local', 'launcher.py'));
  await symlink((await findInterpreter(python, process.env)).path, join(tools, 'local', 'python'));
}

export const createBackend: BackendModule['createBackend'] = ({ tools, jobs, environment }) =>
  createLocalBackend({
    launcher: join(tools, 'local', 'launcher.py'),
    environments: {
      isReady: () => true,
      ensure: () => Promise.resolve({ python: join(tools, 'local', 'python') }),
    },
    specification: (digest) => ({ name: 'rig', digest, lock: '', python }),
    jobs,
    environment,
  });

export const launcherPid: BackendModule['launcherPid'] = (_, handle) =>
  Promise.resolve(parseProcess(handle.nativeId).pid);
