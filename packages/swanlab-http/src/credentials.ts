import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SwanLabError } from './errors.ts';
import { normaliseHost } from './hosts.ts';

/** What SwanLab's own `.netrc` remembers: one server, its pages, one key. */
export interface Credentials {
  readonly apiHost: string;
  readonly webHost: string;
  readonly apiKey: string;
}

/** The file is named like ~/.netrc and is not it: it lies in SwanLab's folder and its `machine` carries a scheme. */
const fileName = '.netrc';

/** The first of `folders` that holds credentials wins; a file that cannot be understood counts as none. */
export function readCredentials(folders: readonly string[]): Credentials | undefined {
  for (const folder of folders) {
    const path = join(folder, fileName);
    if (!existsSync(path)) continue;
    const found = parseCredentials(readFileSync(path, 'utf8'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads `machine <api> login <web> password <key>`, split at white space only: ordinary netrc parsers stumble over
 * the colon of the scheme. A `machine` that ends in `/api` was written by clients before 0.8.
 */
export function parseCredentials(text: string): Credentials | undefined {
  const words = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .split(/\s+/)
    .filter((word) => word !== '');
  const valueAfter = (name: string) => {
    const at = words.indexOf(name);
    return at === -1 ? undefined : words[at + 1];
  };
  const machine = valueAfter('machine');
  const login = valueAfter('login');
  const apiKey = valueAfter('password');
  if (machine === undefined || login === undefined || apiKey === undefined) return undefined;
  try {
    return { apiHost: normaliseHost(machine), webHost: normaliseHost(login), apiKey };
  } catch {
    return undefined;
  }
}

/** Replaces whatever was there: SwanLab keeps one login. The file is readable by its owner only. */
export function writeCredentials(folder: string, { apiHost, webHost, apiKey }: Credentials): string {
  if (/\s/.test(apiKey) || apiKey === '') {
    throw new SwanLabError('invalid-key', 'an API key is one word without white space', {
      hint: 'copy it from the settings page of SwanLab',
    });
  }
  mkdirSync(folder, { recursive: true });
  const path = join(folder, fileName);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `machine ${apiHost}\n\tlogin ${webHost}\n\tpassword ${apiKey}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
  return path;
}
