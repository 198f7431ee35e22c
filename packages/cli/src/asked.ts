import type { RunFlags } from './commands/run.ts';

/** The digest of the bundle that this is part of. The bundler puts it here. */
declare const BUILD_DIGEST: string;

/**
 * Which build of the command this is: an answer of another one may differ. It counts by its content, since a bundle
 * that Nx has taken from its cache is newer than the one before, and the same.
 */
export const build = BUILD_DIGEST;

/**
 * What a run was asked, as far as its answer depends on it; undefined for a question that must be answered anew, such
 * as a forced step or a selection.
 */
export function askedOf(pipeline: string, flags: RunFlags, workspace: string): readonly string[] | undefined {
  const { config = 'default', set = [], store = '', backend = '', frozen, ...others } = flags;
  const harmless = new Set(['json', 'plain', 'lang', 'resultFile', 'jobs', 'offline']);
  const telling = Object.entries(others).filter(
    ([name, value]) => !harmless.has(name) && value !== undefined && value !== false,
  );
  if (telling.length > 0 || frozen !== undefined) return undefined;
  // In CI the lock is frozen, and what was answered elsewhere may be refused there.
  const environment = ['CI', 'TEMPER_HOME', 'TEMPER_STORE', 'XDG_CACHE_HOME', 'HOME'].map(
    (name) => process.env[name] ?? '',
  );
  // With the workspace, since a copy of one brings this memory along, and its paths lead into the other.
  return [workspace, pipeline, config, store, backend, ...environment, ...set];
}
