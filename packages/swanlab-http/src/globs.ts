import { readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SwanLabError } from './errors.ts';

export interface MatchedFile {
  /** Absolute. */
  readonly path: string;
  /** Below the base, with forward slashes. */
  readonly name: string;
}

/**
 * The files that a pattern means (`*`, `?`, `[abc]`, `**`), with the names under which they are saved: relative to `base`,
 * which is the working directory, or for an absolute pattern the folder above the last one without a wildcard.
 */
export function matchFiles(pattern: string, base?: string): MatchedFile[] {
  if (/^(gs|s3):\/\//.test(pattern)) {
    throw new SwanLabError(
      'cloud-address',
      `${pattern} lies in cloud storage; only local files can be saved`,
    );
  }
  const absolute = resolve(base === undefined || isAbsolute(pattern) ? '.' : base, pattern);
  const parts = absolute.split(sep);
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const fixed = wild === -1 ? dirname(absolute) : parts.slice(0, wild).join(sep) || sep;
  const root = resolve(base ?? (isAbsolute(pattern) ? dirname(fixed) : '.'));
  if (!absolute.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new SwanLabError('outside-base', `${pattern} lies outside of ${root}`, {
      hint: 'give a base above it',
    });
  }
  const candidates = wild === -1 ? [absolute] : listFiles(fixed);
  const matcher = toRegExp(parts.join('/'));
  return candidates
    .filter((path) => matcher.test(path.split(sep).join('/')) && isFile(path))
    .map((path) => ({ path, name: relative(root, path).split(sep).join('/') }));
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function toRegExp(pattern: string): RegExp {
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string;
    if (pattern.startsWith('**/', at)) {
      text += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      text += '.*';
      at += 1;
    } else if (character === '*') text += '[^/]*';
    else if (character === '?') text += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) text += '\\[';
      else {
        text += `[${pattern
          .slice(at + 1, end)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')}]`;
        at = end;
      }
    } else text += character.replace(/[.+^${}()|\\/\]]/, '\\$&');
  }
  return new RegExp(`^${text}$`);
}
