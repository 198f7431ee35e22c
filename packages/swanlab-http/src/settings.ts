import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readCredentials } from './credentials.ts';
import { SwanLabError } from './errors.ts';
import { normaliseHost, officialApiHost, webHostOf } from './hosts.ts';
import type { Variables } from './settings-files.ts';
import { settingsLayers } from './settings-files.ts';

export type Mode = 'online' | 'offline' | 'disabled';

/** What can be set once for a client. Everything has a default; `SWANLAB_*` variables come between the two. */
export interface Settings {
  readonly mode: Mode;
  readonly apiHost: string;
  readonly webHost: string;
  /** Where run folders are made. @default ./swanlog */
  readonly logDir: string;
  /** Where the login is kept. @default ~/.swanlab */
  readonly root: string;
  /** Which `/` of a key ends its section: 0 the first, -1 the last. */
  readonly sectionRule: number;
  /** Records that start an upload before `recordInterval` is over, and the most that one request carries. */
  readonly recordBatch: number;
  /** Milliseconds that records wait for company. */
  readonly recordInterval: number;
  /** Most bytes of records in one request. */
  readonly requestBytes: number;
  /** Most characters of one console line. */
  readonly consoleLength: number;
  /** Milliseconds that one request may take; a login has a sixth of it. */
  readonly requestTimeout: number;
  /** Milliseconds between heartbeats. */
  readonly heartbeatInterval: number;
  /** Files from this size on are saved in parts. */
  readonly saveSplit: number;
  readonly savePart: number;
  /** Largest file that `save` takes. */
  readonly saveSize: number;
  /** Most files of one `save` request. */
  readonly saveBatch: number;
}

/** Names of a run that the environment can give; the call's own options win. */
export interface EnvironmentRun {
  readonly project?: string;
  readonly workspace?: string;
  readonly public?: boolean;
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly group?: string;
  readonly jobType?: string;
  readonly color?: string;
  readonly id?: string;
  readonly resume?: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly apiKey: string | undefined;
  readonly run: EnvironmentRun;
}

export interface SettingsSources {
  readonly given?: Partial<Settings> & { readonly apiKey?: string | undefined };
  readonly environment?: Variables;
  readonly workingDirectory?: string;
}

/** Call, then files and environment in the order of the official client, then the stored login, then defaults. */
export function resolveSettings({
  given = {},
  environment = process.env,
  workingDirectory = process.cwd(),
}: SettingsSources = {}): ResolvedSettings {
  const { variable, root } = createLookup(environment, workingDirectory, given.root);
  const number = (fallback: number, name: string, ...older: string[]) => {
    const text = variable(name, ...older);
    if (text === undefined) return fallback;
    if (!Number.isFinite(Number(text))) {
      throw new SwanLabError('invalid-setting', `${name} must be a number, not "${text}"`);
    }
    return Number(text);
  };

  const stored = readCredentials([join(workingDirectory, '.swanlab'), root]);
  const askedHost = given.apiHost ?? variable('SWANLAB_API_HOST');
  const apiHost = normaliseHost(askedHost ?? stored?.apiHost ?? officialApiHost);
  // A key belongs to the server it was stored for, and is not shown to another.
  const fitting = stored?.apiHost === apiHost ? stored : undefined;
  const apiKey = (given.apiKey ?? variable('SWANLAB_API_KEY') ?? fitting?.apiKey)?.trim();
  const askedWeb = given.webHost ?? variable('SWANLAB_WEB_HOST');
  const webHost = askedWeb === undefined ? (fitting?.webHost ?? webHostOf(apiHost)) : normaliseHost(askedWeb);

  const settings: Settings = {
    mode: checkMode(given.mode ?? variable('SWANLAB_MODE') ?? 'online'),
    apiHost,
    webHost,
    logDir: resolve(
      workingDirectory,
      given.logDir ?? variable('SWANLAB_LOG_DIR', 'SWANLAB_LOGDIR') ?? 'swanlog',
    ),
    root,
    sectionRule: given.sectionRule ?? number(0, 'SWANLAB_CORE_SECTION_RULE', 'SWANLAB_SECTION_RULE_IDX'),
    recordBatch: bounded(given.recordBatch ?? number(10_000, 'SWANLAB_CORE_RECORD_BATCH'), 1, 99_999),
    recordInterval: given.recordInterval ?? number(1.5, 'SWANLAB_CORE_RECORD_INTERVAL') * 1000,
    requestBytes: given.requestBytes ?? 1024 * 1024,
    consoleLength: bounded(given.consoleLength ?? number(1024, 'SWANLAB_TERMINAL_MAX_LENGTH'), 500, 4096),
    requestTimeout: given.requestTimeout ?? 60_000,
    heartbeatInterval: given.heartbeatInterval ?? 600_000,
    saveSplit: given.saveSplit ?? number(100 * 1024 ** 2, 'SWANLAB_CORE_SAVE_SPLIT'),
    savePart: given.savePart ?? number(32 * 1024 ** 2, 'SWANLAB_CORE_SAVE_PART'),
    saveSize: given.saveSize ?? number(50 * 1024 ** 3, 'SWANLAB_CORE_SAVE_SIZE'),
    saveBatch: bounded(given.saveBatch ?? number(100, 'SWANLAB_CORE_SAVE_BATCH'), 1, 100),
  };
  return { settings, apiKey, run: environmentRun(variable) };
}

/** What the user's files and variables ask for, each undefined where they say nothing. The mode is as it was written. */
export function readWishes({
  environment = process.env,
  workingDirectory = process.cwd(),
}: Omit<SettingsSources, 'given'> = {}): {
  readonly mode: string | undefined;
  readonly project: string | undefined;
  readonly workspace: string | undefined;
} {
  const { variable } = createLookup(environment, workingDirectory);
  const { project, workspace } = environmentRun(variable);
  return { mode: variable('SWANLAB_MODE'), project, workspace };
}

type Lookup = (name: string, ...older: string[]) => string | undefined;

/** Older names are looked for in the environment alone, when nothing else says anything, as the official client does. */
function createLookup(
  environment: Variables,
  workingDirectory: string,
  givenRoot?: string,
): { readonly variable: Lookup; readonly root: string } {
  // A variable that is set to nothing counts as not set.
  const of = (layer: Variables, name: string) => {
    const value = unquoted(layer[name])?.trim();
    return value === '' ? undefined : value;
  };
  const root =
    givenRoot ??
    of(environment, 'SWANLAB_ROOT') ??
    of(environment, 'SWANLAB_SAVE_DIR') ??
    join(homedir(), '.swanlab');
  const layers = settingsLayers(environment, { workingDirectory, root });
  const variable: Lookup = (name, ...older) =>
    layers.map((layer) => of(layer, name)).find((value) => value !== undefined) ??
    older.map((old) => of(environment, old)).find((value) => value !== undefined);
  return { variable, root };
}

/** Throws for `local`, which no client but the Python one with its dashboard can serve. */
export function checkMode(mode: string): Mode {
  if (mode === 'cloud') return 'online';
  if (mode === 'online' || mode === 'offline' || mode === 'disabled') return mode;
  if (mode === 'local') {
    throw new SwanLabError(
      'local-mode',
      'mode "local" writes the database of swanboard 0.1.10b2, which only its Python package can read and write',
      { hint: 'use mode "offline" and upload later with syncFolder or `swanlab sync`' },
    );
  }
  throw new SwanLabError('invalid-mode', `mode "${mode}" does not exist`, {
    hint: 'use "online", "offline" or "disabled"',
  });
}

function environmentRun(variable: Lookup): EnvironmentRun {
  const tags = variable('SWANLAB_EXPERIMENT_TAGS', 'SWANLAB_TAGS');
  const visibility = variable('SWANLAB_PROJECT_PUBLIC', 'SWANLAB_PUBLIC');
  // transformers documents SWANLAB_PROJECT; the official client crashes on it, a plain name is what people mean.
  const documented = variable('SWANLAB_PROJECT');
  const found = {
    project:
      variable('SWANLAB_PROJECT_NAME', 'SWANLAB_PROJ_NAME') ??
      (documented?.startsWith('{') ? undefined : documented),
    workspace: variable('SWANLAB_PROJECT_WORKSPACE', 'SWANLAB_WORKSPACE'),
    public:
      visibility === undefined ? undefined : ['true', '1', 'yes', 'on'].includes(visibility.toLowerCase()),
    name: variable('SWANLAB_EXPERIMENT_NAME', 'SWANLAB_EXP_NAME'),
    description: variable('SWANLAB_EXPERIMENT_DESCRIPTION', 'SWANLAB_DESCRIPTION'),
    tags: tags === undefined ? undefined : parseTags(tags),
    group: variable('SWANLAB_EXPERIMENT_GROUP', 'SWANLAB_GROUP'),
    jobType: variable('SWANLAB_EXPERIMENT_JOB_TYPE', 'SWANLAB_JOB_TYPE'),
    color: variable('SWANLAB_EXPERIMENT_COLOR', 'SWANLAB_EXP_COLOR'),
    id: variable('SWANLAB_RUN_ID'),
    resume: variable('SWANLAB_RUN_RESUME', 'SWANLAB_RESUME'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** A comma list or a JSON array. */
function parseTags(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.map(String);
    } catch {
      // Not JSON after all: a tag may begin with a bracket.
    }
  }
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** One pair of matching outer quotes is stripped, as env files leave them in. */
function unquoted(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const match = /^(["'])(.*)\1$/s.exec(value);
  return match?.[2] ?? value;
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
