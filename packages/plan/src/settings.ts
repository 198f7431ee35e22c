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
  readonly description?: string;
  readonly backend?: string;
  /** Where `backend` stands, for who knows the backends. */
  readonly backendAt?: Place;
  readonly container?: ContainerSettings;
  readonly tracking?: {
    readonly mode?: 'online' | 'offline' | 'disabled';
    readonly project?: string;
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
