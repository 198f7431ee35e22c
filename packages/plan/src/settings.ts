import type { Place } from '@temper/pipeline';

/** How Python steps run in containers. */
export interface ContainerSettings {
  /** `docker`, `podman`, or the path of either. */
  readonly engine?: string;
  /** The image that the environment is installed into, or is mounted into. */
  readonly base?: string;
  /** Whether the environment is part of the image, or this machine's own, mounted read-only. */
  readonly environment?: 'image' | 'mounted';
  /** Where images are pulled from before they are built. */
  readonly repository?: string;
  /** The most memory that a job may take, such as `24 GiB`. */
  readonly memory?: string;
}

/** What a configuration sets besides params; none of it is part of a step's identity. */
export interface Settings {
  /** A sentence; Nx shows it with the configuration. */
  readonly description?: string;
  /** Where Python steps run: `local` or `container`. */
  readonly backend?: string;
  /** Where `backend` stands, for who knows the backends. */
  readonly backendAt?: Place;
  /** How Python steps run in containers. */
  readonly container?: ContainerSettings;
  /** Where the curves of training and evaluating steps go. */
  readonly tracking?: {
    /** `online` is the default; `offline` keeps them in the run's folder, `disabled` writes none. */
    readonly mode?: 'online' | 'offline' | 'disabled';
    /** The tracker's project; the pipeline's name by default. */
    readonly project?: string;
    /** The tracker's workspace; the one of the login by default. */
    readonly workspace?: string;
  };
}

type OrNull<Map> = { readonly [Key in keyof Map]: Map[Key] | null };

/** What one file sets; null takes away what lies below it. */
export interface SettingsLayer {
  readonly description?: string;
  readonly backend?: string;
  readonly backendAt?: Place;
  readonly container?: OrNull<ContainerSettings> | null;
  readonly tracking?: OrNull<NonNullable<Settings['tracking']>> | null;
}

/** Lays settings over each other, the lowest first, as params are: maps merge, texts replace, null takes away. */
export function laySettings(layers: readonly SettingsLayer[]): Settings {
  return layers.reduce<Settings>((below, { container, tracking, ...texts }) => {
    const { container: containerBelow, tracking: trackingBelow, ...textsBelow } = below;
    return {
      ...textsBelow,
      ...texts,
      ...over('container', containerBelow, container),
      ...over('tracking', trackingBelow, tracking),
    };
  }, {});
}

function over<Key extends string, Map extends object>(
  key: Key,
  below: Map | undefined,
  above: OrNull<Map> | null | undefined,
): Partial<Record<Key, Map>> {
  if (above === null) return {};
  const entries = Object.entries({ ...below, ...above }).filter(([, value]) => value !== null);
  const isEmpty = entries.length === 0;
  return (isEmpty ? {} : { [key]: Object.fromEntries(entries) }) as Partial<Record<Key, Map>>;
}
