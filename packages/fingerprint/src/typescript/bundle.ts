import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import {
  explainFailure,
  followWorkspace,
  moduleKey,
  modulePath,
  withoutPaths,
  type Loaded,
  type LoadedFile,
} from './resolve.ts';

/** One entry with everything it reaches. */
export interface Bundled {
  /** Absolute. */
  readonly entry: string;
  readonly bytes: Uint8Array;
  /** Every file that was followed, also where nothing of it is left, by absolute path in code-unit order. */
  readonly files: ReadonlyMap<string, LoadedFile>;
  /** Locations in the lock file of the packages that the bundle imports, sorted. */
  readonly packages: readonly string[];
  readonly sourceMap: string | undefined;
  /** The bundler and its version. */
  readonly bundler: string;
}

/**
 * Fixed, since a workspace's own tsconfig.json is mostly about checking, and its edits would count. Pure annotations
 * and `sideEffects` are not believed: what a module does when it is loaded is part of what the stage does.
 */
const options = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@temper/source'],
  treeShaking: true,
  minifySyntax: true,
  minifyWhitespace: true,
  ignoreAnnotations: true,
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  logLevel: 'silent',
  tsconfigRaw: { compilerOptions: { target: 'es2022', useDefineForClassFields: true, jsx: 'react-jsx' } },
} as const satisfies BuildOptions;

/** How one file is printed for people to compare; whole, since there is nothing to tell what of it is reached. */
export const printOptions = {
  target: 'node20',
  treeShaking: false,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'silent',
  tsconfigRaw: options.tsconfigRaw,
} as const;

/**
 * Bundles each entry by itself, all in one pass of the bundler, so that what they share is read and parsed once.
 *
 * @throws PipelineError when a file does not parse or an import does not resolve, with its place.
 */
export async function bundle(
  entries: readonly string[],
  workspace: string,
  sourceMap = false,
): Promise<Bundled[]> {
  if (entries.length === 0) return [];
  const root = realpathSync(workspace);
  const paths = entries.map((entry) => realpathSync(resolve(root, entry)));
  const loaded: Loaded = { files: new Map(), packages: new Map() };
  // Loaded here and not at the top: what needs digests alone never starts the bundler.
  const { build, version } = await import('esbuild');
  try {
    const result = await build({
      ...options,
      absWorkingDir: root,
      entryPoints: paths.map((path, index) => ({ in: path, out: String(index) })),
      outdir: root,
      outExtension: { '.js': '.mjs' },
      sourcemap: sourceMap ? 'external' : false,
      plugins: [followWorkspace(root, loaded)],
    });
    const texts = new Map(result.outputFiles.map((file) => [file.path, file.text]));
    return paths.map((entry, index) => {
      const name = `${index}.mjs`;
      const files = closure(result.metafile, entry, loaded);
      return {
        entry,
        bytes: Buffer.from(withoutPaths(texts.get(join(root, name)) ?? '', files.keys())),
        files,
        packages: importedPackages(result.metafile.outputs[name], loaded),
        sourceMap: texts.get(join(root, `${name}.map`)),
        bundler: `esbuild ${version}`,
      };
    });
  } catch (error) {
    throw explainFailure(error, root);
  }
}

function closure(metafile: Metafile, entry: string, loaded: Loaded): Map<string, LoadedFile> {
  const keys = new Set([moduleKey(entry)]);
  for (const key of keys) {
    for (const entry of metafile.inputs[key]?.imports ?? []) {
      if (entry.external !== true && metafile.inputs[entry.path] !== undefined) keys.add(entry.path);
    }
  }
  const files = new Map<string, LoadedFile>();
  for (const path of [...keys].map(modulePath).sort()) {
    const file = loaded.files.get(path);
    if (file !== undefined) files.set(path, file);
  }
  return files;
}

function importedPackages(output: Metafile['outputs'][string] | undefined, loaded: Loaded): string[] {
  const locations = new Set<string>();
  for (const { path } of output?.imports ?? []) {
    const location = loaded.packages.get(path);
    if (location !== undefined) locations.add(location);
  }
  return [...locations].sort();
}
