import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a module's code lies; a namespace package has folders and no code. */
export interface FoundModule {
  /** Absolute; undefined for a namespace package. */
  readonly file: string | undefined;
  /** Folders in which its submodules are looked for; empty for a plain module. */
  readonly folders: readonly string[];
}

export interface ModuleFinder {
  /** A module of the repository by its dotted name; undefined for one of the environment or of Python itself. */
  find(name: string): FoundModule | undefined;
  /** Names of the modules directly in a package. */
  submodules(name: string): readonly string[];
}

/** Finds modules as Python does, in the folders of its import path and in their order. */
export function createModuleFinder(path: readonly string[]): ModuleFinder {
  const listings = new Map<string, ReadonlyMap<string, 'file' | 'folder'>>();
  const found = new Map<string, FoundModule | undefined>();

  const list = (folder: string): ReadonlyMap<string, 'file' | 'folder'> => {
    let listing = listings.get(folder);
    if (listing === undefined) {
      listing = readListing(folder);
      listings.set(folder, listing);
    }
    return listing;
  };

  const search = (name: string, folders: readonly string[]): FoundModule | undefined => {
    const portions: string[] = [];
    for (const folder of folders) {
      // Names are compared with a listing and not asked for: on a file system that ignores case Python tells them apart.
      const listing = list(folder);
      if (listing.get(name) === 'folder') {
        const inner = join(folder, name);
        if (list(inner).get('__init__.py') === 'file')
          return { file: join(inner, '__init__.py'), folders: [inner] };
        portions.push(inner);
      }
      if (listing.get(`${name}.py`) === 'file') return { file: join(folder, `${name}.py`), folders: [] };
    }
    return portions.length === 0 ? undefined : { file: undefined, folders: portions };
  };

  const finder: ModuleFinder = {
    find(name) {
      if (found.has(name)) return found.get(name);
      const at = name.lastIndexOf('.');
      const folders = at === -1 ? path : (finder.find(name.slice(0, at))?.folders ?? []);
      const module = search(name.slice(at + 1), folders);
      found.set(name, module);
      return module;
    },
    submodules(name) {
      const names = new Set<string>();
      for (const folder of finder.find(name)?.folders ?? []) {
        for (const [entry, type] of list(folder)) {
          if (type === 'folder') names.add(entry);
          else if (entry.endsWith('.py') && entry !== '__init__.py') names.add(entry.slice(0, -3));
        }
      }
      return [...names].filter((entry) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(entry)).sort();
    },
  };
  return finder;
}

function readListing(folder: string): ReadonlyMap<string, 'file' | 'folder'> {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return new Map(
      entries
        .filter((entry) => entry.isFile() || (entry.isDirectory() && entry.name !== '__pycache__'))
        .map((entry) => [entry.name, entry.isFile() ? 'file' : 'folder']),
    );
  } catch {
    return new Map();
  }
}
