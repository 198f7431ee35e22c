import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { recordDigest } from '../digest.ts';
import type { PackageIngredient } from '../ingredients.ts';

/** One entry of `packages` in a package-lock.json (https://docs.npmjs.com/cli/configuring-npm/package-lock-json). */
interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** What a workspace's lock file says of registry packages. */
export interface PackageLock {
  /**
   * A package with everything below it.
   *
   * @param location Relative to the workspace, such as `node_modules/zod`.
   * @throws PipelineError when the lock has no such package.
   */
  package(location: string): PackageIngredient;
}

/** Reads `package-lock.json`; a workspace without one has a lock without packages. */
export function readPackageLock(workspace: string): PackageLock {
  const packages = readPackages(join(workspace, 'package-lock.json'));
  const known = new Map<string, PackageIngredient>();
  return {
    package(location) {
      const found = known.get(location) ?? describe(packages, location);
      known.set(location, found);
      return found;
    },
  };
}

function readPackages(file: string): Readonly<Record<string, LockedPackage>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return (JSON.parse(text) as { packages?: Record<string, LockedPackage> }).packages ?? {};
  } catch (cause) {
    throw new PipelineError(
      'package-lock-broken',
      `package-lock.json does not parse: ${(cause as Error).message}`,
      {
        hint: 'resolve what a merge left in it, or make it anew with `npm install`',
        cause,
      },
    );
  }
}

function describe(packages: Readonly<Record<string, LockedPackage>>, location: string): PackageIngredient {
  const locked = packages[location];
  const name = locked?.name ?? nameOf(location);
  if (locked?.version === undefined) {
    throw new PipelineError(
      'package-not-locked',
      `\`${name}\` is imported but package-lock.json does not list it`,
      {
        hint: `install it with \`npm install ${name}\`: its locked version is part of the stage's identity`,
      },
    );
  }
  const members = [...closure(packages, location)].map((at) => identify(packages, at)).sort();
  return { name, version: locked.version, closure: recordDigest('temper.packages', 1, members) };
}

/** Every location that code of the package can import from, on any platform: the lock lists them all. */
function closure(packages: Readonly<Record<string, LockedPackage>>, start: string): Set<string> {
  const reached = new Set([start]);
  for (const location of reached) {
    const { dependencies, optionalDependencies, peerDependencies } = packages[location] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = lookUp(packages, location, name);
      // What the lock does not hold is not installed: an optional package, or a peer that nobody provides.
      if (found !== undefined) reached.add(found);
    }
  }
  return reached;
}

/** As Node does: in the package's own `node_modules`, then in that of each folder above it. */
function lookUp(
  packages: Readonly<Record<string, LockedPackage>>,
  from: string,
  name: string,
): string | undefined {
  for (let folder = from; ; folder = parent(folder)) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const locked = packages[candidate];
    if (locked !== undefined) return locked.link === true ? (locked.resolved ?? candidate) : candidate;
    if (folder === '') return undefined;
  }
}

/** The folder that holds the innermost `node_modules` of a location, or the one above a workspace's. */
function parent(location: string): string {
  const at = location.lastIndexOf('node_modules/');
  return at > 0 ? location.slice(0, at - 1) : '';
}

function identify(packages: Readonly<Record<string, LockedPackage>>, location: string): string {
  const locked = packages[location];
  const name = locked?.name ?? nameOf(location);
  // A package from git has no integrity; its address holds the commit.
  const content = locked?.integrity ?? locked?.resolved ?? '';
  return `${name}@${locked?.version ?? ''} ${content}`.trimEnd();
}

function nameOf(location: string): string {
  return location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
