import type { HubPin } from '@temper/pipeline/job';

/** The branch, tag or commit of a hub's repository: the one that was named, or the hub's default branch. */
export function revisionOf(params: {
  readonly hub: HubPin['hub'];
  readonly revision?: string | undefined;
}): string {
  return params.revision ?? (params.hub === 'modelscope' ? 'master' : 'main');
}

/** The SHA-256 that a pin promises for its files, or for some of them, by path, where the hub knows it. */
export function pinnedDigests(
  { files }: HubPin,
  paths: readonly string[] = files.map(({ path }) => path),
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.flatMap(({ path, sha256 }) =>
      sha256 !== undefined && paths.includes(path) ? [[path, sha256]] : [],
    ),
  );
}
