/** What a pipeline's configuration says about tracking. */
export interface TrackingSettings {
  readonly mode?: 'online' | 'offline' | 'disabled' | undefined;
  readonly project?: string | undefined;
  readonly workspace?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where tracking runs go, before anybody has looked whether there is a key. */
export interface ResolvedSettings {
  /** As it was written: the client refuses what is no mode of its own. */
  readonly mode: string;
  readonly project: string;
  /** Undefined for the user's own. */
  readonly workspace: string | undefined;
}

/**
 * The user's `SWANLAB_*` variables win over the pipeline's configuration, which may come from somebody else. Where `CI`
 * is set nothing is tracked, unless `SWANLAB_MODE` asks for it: a check of a pull request is no experiment.
 */
export function resolveSettings(
  pipeline: string,
  settings: TrackingSettings,
  environment: Environment,
): ResolvedSettings {
  const variable = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
  // transformers documents SWANLAB_PROJECT; for the official client it is JSON, which is none of our names.
  const plainProject = variable('SWANLAB_PROJECT');
  return {
    mode: variable('SWANLAB_MODE') ?? (isCi(environment) ? 'disabled' : (settings.mode ?? 'online')),
    project:
      variable('SWANLAB_PROJ_NAME', 'SWANLAB_PROJECT_NAME') ??
      (plainProject?.startsWith('{') === true ? undefined : plainProject) ??
      settings.project ??
      projectName(pipeline),
    workspace: variable('SWANLAB_WORKSPACE', 'SWANLAB_PROJECT_WORKSPACE') ?? settings.workspace,
  };
}

function isCi(environment: Environment): boolean {
  return !['', 'false', '0'].includes(environment['CI'] ?? '');
}

/** A pipeline may have any file name; a project has 1 to 100 of these characters. */
function projectName(pipeline: string): string {
  return pipeline.replaceAll(/[^0-9A-Za-z_\-+.]/g, '-').slice(0, 100);
}
