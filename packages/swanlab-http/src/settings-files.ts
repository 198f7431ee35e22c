import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { SwanLabError } from './errors.ts';
import { fromYaml } from './spool/yaml-reader.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Settings from everywhere the official client looks for them, the place that wins first, each in the words of `SWANLAB_*`
 * variables: `swanlab.yaml` beside the work, the machine's folder, `.env`, mounted secrets, the environment, and the
 * `config.yaml` of the work and of the user. Throws for a file that cannot be understood.
 */
export function settingsLayers(
  environment: Variables,
  places: { readonly workingDirectory: string; readonly root: string },
): readonly Variables[] {
  const { workingDirectory, root } = places;
  const either = (folder: string, name: string): readonly Variables[] =>
    ['yaml', 'yml'].flatMap((extension) => readYaml(join(folder, `${name}.${extension}`)));
  const machine = environment['SWANLAB_CONFIG_DIR'] ?? '/etc/swanlab';
  const secrets = environment['SWANLAB_SECRETS_DIR'];
  return [
    ...either(workingDirectory, 'swanlab'),
    ...list(machine)
      .filter((name) => /\.ya?ml$/.test(name))
      .reverse()
      .flatMap((name) => readYaml(join(machine, name))),
    ...readDotEnv(join(workingDirectory, '.env')),
    ...(secrets === undefined ? [] : [readSecrets(secrets)]),
    environment,
    ...either(join(workingDirectory, '.swanlab'), 'config'),
    ...either(root, 'config'),
  ];
}

function readYaml(path: string): readonly Variables[] {
  const text = readIfThere(path);
  if (text === undefined) return [];
  let document: unknown;
  try {
    document = fromYaml(text);
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new SwanLabError('settings-file', `${path} cannot be read: ${what}`, { cause: error });
  }
  if (document === null) return [];
  if (typeof document !== 'object' || Array.isArray(document))
    throw new SwanLabError('settings-file', `${path} holds no settings: it must be a mapping`);
  return [Object.fromEntries(variablesOf('SWANLAB', document as Record<string, unknown>))];
}

/** `project: { name: x }` says the same as SWANLAB_PROJECT_NAME=x. */
function variablesOf(prefix: string, values: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(values).flatMap(([key, value]): [string, string][] => {
    const name = `${prefix}_${key.toUpperCase()}`;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
    if (typeof value === 'object') return variablesOf(name, value as Record<string, unknown>);
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function readDotEnv(path: string): readonly Variables[] {
  const text = readIfThere(path);
  return text === undefined ? [] : [upperCased(Object.entries(parseEnv(text)))];
}

/** One file a setting, as containers get their secrets: `api_key`, or with the prefix. */
function readSecrets(folder: string): Variables {
  return upperCased(
    list(folder).flatMap((name): [string, string][] => {
      const text = readIfThere(join(folder, name))?.trim();
      if (text === undefined) return [];
      return [[name.toLowerCase().startsWith('swanlab_') ? name : `swanlab_${name}`, text]];
    }),
  );
}

function upperCased(entries: readonly (readonly [string, string | undefined])[]): Variables {
  return Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
