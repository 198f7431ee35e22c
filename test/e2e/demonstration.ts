import { cp, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { repository, type Ran, type Workspace } from '../rig/workspace/index.ts';

/** The demonstration in a workspace of its own: the real model, its real rows, and a store that holds nothing. */
export async function runDemonstration(workspace: Workspace, words: readonly string[] = []): Promise<Ran> {
  for (const folder of ['data', 'pipelines'])
    await cp(join(repository, folder), join(workspace.root, folder), { recursive: true });
  return workspace.run('smollm2-tools', ['--plain', ...words], { env: sharedHome(workspace) });
}

/** Environments and the fetched package are shared with everybody, the store is not. */
export function sharedHome(workspace: Workspace): Readonly<Record<string, string>> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return {
    TEMPER_HOME: process.env['TEMPER_HOME'] ?? join(cache, 'temper'),
    TEMPER_STORE: join(workspace.home, 'store'),
  };
}

interface Metric {
  readonly value: number;
  readonly rows: number;
}

/** The metrics that a step measured, by name. */
export async function metricsOf(
  ran: Ran,
  workspace: Workspace,
  label: string,
): Promise<Readonly<Record<string, Metric | undefined>>> {
  const step = ran.result?.steps.find((candidate) => candidate.label === label);
  const path = step?.outputs['evaluation']?.path;
  if (path === undefined) throw new Error(`${label} made no evaluation`);
  const text = await readFile(join(workspace.root, path, 'evaluation.json'), 'utf8');
  return (JSON.parse(text) as { metrics: Record<string, Metric> }).metrics;
}
