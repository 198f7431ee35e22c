import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendModule } from '../conformance/index.ts';
import { parseProcess } from '../process/native-id.ts';
import { createHostBackend } from './backend.ts';

export const language = 'node';

/** Bundles the launcher and the child as the command's build does. */
export async function prepare(tools: string): Promise<void> {
  const { build } = await import('esbuild');
  const here = fileURLToPath(new URL('.', import.meta.url));
  await build({
    entryPoints: { 'host-launcher': join(here, 'launcher.ts'), 'host-child': join(here, 'child.ts') },
    outdir: join(tools, 'host'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@temper/source'],
  });
}

export const createBackend: BackendModule['createBackend'] = ({ tools, jobs, environment }) =>
  createHostBackend({
    launcher: join(tools, 'host', 'host-launcher.mjs'),
    child: join(tools, 'host', 'host-child.mjs'),
    jobs,
    environment,
  });

export const launcherPid: BackendModule['launcherPid'] = (_, handle) =>
  Promise.resolve(parseProcess(handle.nativeId).pid);
