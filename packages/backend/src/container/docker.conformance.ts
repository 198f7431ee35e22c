import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestEngine } from '../../../../test/rig/engines/index.ts';
import type { BackendModule } from '../conformance/index.ts';
import { engineModule } from './rig.conformance.ts';

export const { language, prepare, release, createBackend, launcherPid, inspect } = engineModule('docker');

const folderOf = async (tools: string): Promise<string> =>
  (JSON.parse(await readFile(join(tools, 'engine.json'), 'utf8')) as TestEngine).folder;

export const daemon: BackendModule['daemon'] = {
  kill: async (tools) =>
    (await import('../../../../test/rig/engines/index.ts')).killDaemon(await folderOf(tools)),
  start: async (tools) =>
    (await import('../../../../test/rig/engines/index.ts')).startDaemon(await folderOf(tools)),
};
