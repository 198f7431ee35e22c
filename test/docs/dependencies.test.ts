import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inRepository, readPage } from './pages.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifests = [
  '.',
  'stages',
  ...readdirSync(inRepository('packages')).map((name) => join('packages', name)),
]
  .map((folder) => inRepository(folder, 'package.json'))
  .filter(existsSync)
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Manifest);
const own = new Set(manifests.map(({ name }) => name));

describe.each(['docs/explanation/dependencies.md', 'docs/zh/explanation/dependencies.md'])('%s', (path) => {
  const { text } = readPage(path);

  it('names every npm dependency in its version, and no other', () => {
    const wanted = manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies })
        .filter(([name]) => !own.has(name))
        .map(([name, version]) => `${name} ${version}`),
    );
    const named = [...text.matchAll(/^\| `([^`]+)` +\| (\d[\w.-]*) +\|/gm)].map(
      ([, name, version]) => `${name ?? ''} ${version ?? ''}`,
    );
    expect(named.sort()).toEqual([...new Set(wanted)].sort());
  });

  it('names every package that the Python environments ask for', () => {
    const asked = ['trl', 'trl-gpu'].flatMap(
      (name) =>
        readPage(`packages/trl-backend/environments/${name}/requirements.in`).text.match(/^[\w-]+==.+$/gm) ??
        [],
    );
    const named = [...text.matchAll(/^\| `([^`]+==[^`]+)` +\|/gm)].map(([, name = '']) => name);
    expect(named.sort()).toEqual([...asked].sort());
  });
});
