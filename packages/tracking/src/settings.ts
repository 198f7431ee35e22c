import { readWishes } from '@swanlab/sdk-http';

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
 * The user's `SWANLAB_*` variables and settings files win over the pipeline's configuration, which may come from somebody
 * else. Where `CI` is set nothing is tracked, unless they ask for it: a check of a pull request is no experiment.
 *
 * @throws SwanLabError for a settings file that cannot be understood.
 */
export function resolveSettings(
  pipeline: string,
  settings: TrackingSettings,
  around: { readonly environment: Environment; readonly workspace: string },
): ResolvedSettings {
  const { environment, workspace } = around;
  const wishes = readWishes({ environment, workingDirectory: workspace });
  return {
    mode: wishes.mode ?? (isCi(environment) ? 'disabled' : (settings.mode ?? 'online')),
    project: wishes.project ?? settings.project ?? projectName(pipeline),
    workspace: wishes.workspace ?? settings.workspace,
  };
}

function isCi(environment: Environment): boolean {
  return !['', 'false', '0'].includes(environment['CI'] ?? '');
}

/** A pipeline may have any file name; a project has 1 to 100 of these characters. */
function projectName(pipeline: string): string {
  return pipeline.replaceAll(/[^0-9A-Za-z_\-+.]/g, '-').slice(0, 100);
}
