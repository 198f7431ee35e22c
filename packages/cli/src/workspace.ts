import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '@temper/pipeline';

/** Where things are: the workspace's root, the user's home for Temper, and the store. Absolute paths. */
export interface Places {
  readonly workspace: string;
  readonly home: string;
  readonly store: string;
  /** What belongs to this workspace alone and may be deleted at any time. */
  readonly index: string;
  /** Where it is kept, by their content, what files name: the same in every checkout. May be deleted at any time. */
  readonly names: string;
  /** Where it is remembered which tracking run has the curves of which result. */
  readonly tracking: string;
}

/**
 * Finds the workspace: the nearest folder, from here upwards, that has `pipelines/`.
 *
 * @throws PipelineError when there is none.
 */
export function findPlaces(
  options: { readonly store?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Places {
  const workspace = findWorkspace(process.cwd());
  const home = resolve(
    environment['TEMPER_HOME'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper'),
  );
  const store = resolve(options.store ?? environment['TEMPER_STORE'] ?? join(home, 'store'));
  return {
    workspace,
    home,
    store,
    index: join(workspace, '.temper', 'index'),
    names: join(home, 'names', 'v1'),
    tracking: join(home, 'tracking'),
  };
}

function findWorkspace(start: string): string {
  const found = nearestWorkspace(start);
  if (found !== undefined) return found;
  throw new PipelineError('no-workspace', `there is no \`pipelines\` folder here or above (${start})`, {
    hint: 'go to the root of a workspace; it is the folder that has `pipelines`',
  });
}

/** The nearest folder that has `pipelines`, from `start` upwards. */
export function nearestWorkspace(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'pipelines'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
