import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256, type Digest } from '../digest.ts';
import { createModuleFinder } from './finder.ts';
import { importsOf, type ImportRequest } from './imports.ts';
import { parseModule } from './parse.ts';
import { reduceModule } from './reduce.ts';

/** A module of the repository that an entry imports. */
export interface Module {
  /** The name under which it is imported; `__main__` for the entry. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly isPackage: boolean;
  readonly bytes: Uint8Array;
  readonly raw: Digest;
  /** Its statements in one spelling; undefined where it counts by its bytes. */
  readonly reduced: string | undefined;
}

interface Understood {
  readonly imports: readonly ImportRequest[];
  readonly reduced: string | undefined;
}

/**
 * An entry and everything it imports from its own folder and from `roots`, sorted by name. Importing `a.b` runs
 * `a/__init__.py`, which therefore belongs to it.
 */
export function importClosure(entry: string, roots: readonly string[]): Module[] {
  const finder = createModuleFinder([dirname(entry), ...roots]);
  const modules = new Map<string, Module>();
  const waiting: { module: Module; imports: readonly ImportRequest[] }[] = [];

  const add = (name: string, file: string, isPackage: boolean): void => {
    const bytes = readFileSync(file);
    const raw = sha256(bytes);
    const { imports, reduced } = understand(bytes, raw);
    const module = { name, file, isPackage, bytes, raw, reduced };
    modules.set(name, module);
    waiting.push({ module, imports });
  };
  /** Imports a module with the packages around it; false where the repository has none of this name. */
  const load = (name: string): boolean => {
    const parts = name.split('.');
    for (const [index] of parts.entries()) {
      const partial = parts.slice(0, index + 1).join('.');
      const found = finder.find(partial);
      if (found === undefined) return false;
      if (found.file !== undefined && !modules.has(partial))
        add(partial, found.file, found.folders.length > 0);
    }
    return true;
  };

  add('__main__', entry, false);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const { level, module, names } of next.imports) {
      const base = absoluteName(next.module, level, module);
      if (base === undefined || (base !== '' && !load(base))) continue;
      // What a package's `__all__` names is imported by `*`, and every module of the package may be in it.
      for (const name of names.includes('*') ? finder.submodules(base) : names) {
        load(base === '' ? name : `${base}.${name}`);
      }
    }
  }
  return [...modules.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Undefined where the dots lead out of the outermost package, as in every relative import of the entry. */
function absoluteName(importer: Module, level: number, module: string): string | undefined {
  if (level === 0) return module;
  if (importer.name === '__main__') return undefined;
  const parts = importer.name.split('.');
  const above = importer.isPackage ? level - 1 : level;
  if (above >= parts.length) return undefined;
  const base = parts.slice(0, parts.length - above);
  return [...base, module].filter((part) => part !== '').join('.');
}

/** Stages share modules, and a module costs a few milliseconds to parse. */
const understood = new Map<Digest, Understood>();

function understand(bytes: Uint8Array, raw: Digest): Understood {
  const known = understood.get(raw);
  if (known !== undefined) return known;
  const parsed = parseModule(new TextDecoder('utf-8').decode(bytes));
  const result = { imports: importsOf(parsed), reduced: isUtf8(bytes) ? reduceModule(parsed) : undefined };
  understood.set(raw, result);
  return result;
}

/** A module in another encoding is read differently by Python, and counts by its bytes. */
function isUtf8(bytes: Uint8Array): boolean {
  const declaration = Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n?|\n/, 2)
    .join('\n');
  const encoding = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(declaration)?.[1];
  if (encoding !== undefined && !/^utf[-_]?8(?:-sig)?$/i.test(encoding)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
