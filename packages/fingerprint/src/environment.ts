import { recordDigest, type Digest } from './digest.ts';

/** One line of a Python lock file. */
export interface EnvironmentPackage {
  /** Normalised, as PEP 503 says (https://peps.python.org/pep-0503/#normalized-names). */
  readonly name: string;
  /** The pinned version, or the whole specifier or address where it is not a plain pin. */
  readonly version: string;
  /** Sorted. */
  readonly extras: readonly string[];
  /** The environment marker in one spelling; empty when the package is for all. */
  readonly marker: string;
  /** Sorted, each `sha256:…`. */
  readonly hashes: readonly string[];
}

/** A lock file that cannot be identified. */
export class LockError extends Error {
  override readonly name = 'LockError';
  /** From 1; of the line at fault. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Where packages are fetched from, and whether as source, changes nothing: each is checked against its hashes. */
const sourceOptions =
  /^(?:-i|-f|--index-url|--extra-index-url|--find-links|--no-index|--require-hashes|--trusted-host|--prefer-binary|--no-binary|--only-binary)\b/;

/**
 * The identity of a Python environment: of its universal lock, not of what one machine installs from it. Comments,
 * order, continued lines, addresses of indexes and the spelling of names do not count.
 */
export function environmentIdentity(lockText: string): Digest {
  return recordDigest('temper.environment', 1, environmentPackages(lockText));
}

/** The packages of a lock file in requirements format, sorted by name, then by the rest of the line. */
export function environmentPackages(lockText: string): EnvironmentPackage[] {
  const packages: EnvironmentPackage[] = [];
  for (const { text, line } of logicalLines(lockText)) {
    if (sourceOptions.test(text)) continue;
    packages.push(parsePackage(text, line));
  }
  const order = (entry: EnvironmentPackage): string => [entry.name, entry.version, entry.marker].join('\n');
  return packages.sort((one, other) => (order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0));
}

function* logicalLines(text: string): Iterable<{ text: string; line: number }> {
  let joined = '';
  let start = 1;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (joined === '') start = index + 1;
    // As in pip, a comment begins at the line's start or after white space, and a continued line may not be one.
    const content = raw.replace(/(^|\s)#.*$/, '').trimEnd();
    if (content.endsWith('\\')) {
      joined += `${content.slice(0, -1)} `;
      continue;
    }
    joined += content;
    const whole = joined.replace(/\s+/g, ' ').trim();
    if (whole !== '') yield { text: whole, line: start };
    joined = '';
  }
  const rest = joined.replace(/\s+/g, ' ').trim();
  if (rest !== '') yield { text: rest, line: start };
}

function parsePackage(text: string, line: number): EnvironmentPackage {
  const hashes: string[] = [];
  const requirement = text
    .replace(/ --hash[= ](\S+)/g, (_, hash: string) => {
      hashes.push(hash.toLowerCase());
      return '';
    })
    .trim();
  const parts = /^([A-Za-z0-9][A-Za-z0-9._-]*) ?(?:\[([^\]]*)\])? ?(.*)$/.exec(requirement);
  if (parts === null)
    throw new LockError(line, `\`${requirement}\` is not a package: a lock lists name==version`);
  const [, name = '', extras = '', rest = ''] = parts;
  const { specifier, marker } = splitMarker(rest);
  if (specifier === '' && hashes.length === 0)
    throw new LockError(line, `\`${name}\` has no version in the lock`);
  return {
    name: normaliseName(name),
    version: /^===?[^,=*]+$/.test(specifier) ? specifier.replace(/^=+/, '') : specifier,
    extras: extras
      .split(',')
      .map((extra) => normaliseName(extra.trim()))
      .filter((extra) => extra !== '')
      .sort(),
    marker: normaliseMarker(marker),
    hashes: [...new Set(hashes)].sort(),
  };
}

/** In an address a semicolon belongs to the marker only after a space. */
function splitMarker(rest: string): { specifier: string; marker: string } {
  const at = rest.startsWith('@') ? rest.indexOf(' ;') : rest.indexOf(';');
  const specifier = at === -1 ? rest : rest.slice(0, at);
  const marker = at === -1 ? '' : rest.slice(rest.indexOf(';', at) + 1);
  return { specifier: rest.startsWith('@') ? specifier.trim() : specifier.replaceAll(' ', ''), marker };
}

function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** One space between words, double quotes, none inside parentheses. Markers are kept as written otherwise. */
function normaliseMarker(marker: string): string {
  const tokens = marker.match(/'[^']*'|"[^"]*"|[()]|[<>=!~]+|[^\s()<>=!~'"]+/g) ?? [];
  return tokens
    .map((token) => (/^'[^"]*'$/.test(token) ? `"${token.slice(1, -1)}"` : token))
    .join(' ')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')');
}
