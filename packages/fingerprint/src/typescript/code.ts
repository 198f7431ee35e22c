import { realpathSync } from 'node:fs';
import { basename, dirname, extname, relative } from 'node:path';
import {
  declaredSources,
  jobFolderPath,
  identifyDeclared,
  readDeclaredFiles,
  slashed,
} from '../declared-files.ts';
import { recordDigest, sha256, type Digest } from '../digest.ts';
import type {
  CodeIdentity,
  CodeOrigin,
  KindIdentity,
  PackageIngredient,
  SourceFile,
} from '../ingredients.ts';
import { bundle, printOptions, type Bundled } from './bundle.ts';
import { readPackageLock, type PackageLock } from './package-lock.ts';
import type { LoadedFile } from './resolve.ts';

/** Raised when what we take from a bundle changes; every stage in TypeScript is another one after that. */
const codeFormat = 1;

/** A TypeScript implementation to identify. Paths are absolute or relative to the workspace. */
export interface TypescriptEntry {
  readonly entry: string;
  /** The files that the stage declares. */
  readonly files?: readonly string[];
}

/** A module that declares a kind. */
export interface KindEntry {
  /** Absolute or relative to the workspace. */
  readonly path: string;
  readonly kind: string;
}

/** The identity of one TypeScript implementation; see {@link typescriptCodes}. */
export async function typescriptCode(
  options: TypescriptEntry & { readonly workspace: string },
): Promise<CodeIdentity> {
  const [code] = await typescriptCodes([options], options.workspace);
  return code as CodeIdentity;
}

/**
 * What TypeScript stages execute, in the order asked for: for each a bundle of its entry with everything of the
 * workspace that it reaches. Registry packages stay outside and count by their closure in the lock file.
 *
 * @throws PipelineError when a file does not parse, an import does not resolve or a package is not locked.
 */
export async function typescriptCodes(
  entries: readonly TypescriptEntry[],
  workspace: string,
): Promise<CodeIdentity[]> {
  const root = realpathSync(workspace);
  const lock = readPackageLock(root);
  const bundles = await bundle(
    entries.map(({ entry }) => entry),
    root,
  );
  return Promise.all(
    bundles.map(async (bundled, index) => {
      const declared = readDeclaredFiles(entries[index]?.files ?? [], bundled.entry, root);
      const packages = lockedPackages(bundled, lock);
      const entry = jobPath(bundled.entry, root);
      return {
        language: 'typescript',
        ...originOf(bundled, packages, identifyDeclared(declared)),
        digest: recordDigest('temper.code.typescript', codeFormat, {
          bundle: sha256(bundled.bytes),
          files: identifyDeclared(declared),
          packages,
        }),
        files: [...(await sourceFiles(bundled, root)), ...declaredSources(declared, root)],
        packages,
        content: [
          { path: entry, bytes: bundled.bytes, executable: false },
          ...declared.map(({ path, bytes, executable }) => ({
            path: jobFolderPath(path, root),
            bytes,
            executable,
          })),
        ],
        entry,
        roots: [],
      } satisfies CodeIdentity;
    }),
  );
}

/** The identity of one kind; see {@link kindCodes}. */
export async function kindCode(options: KindEntry & { readonly workspace: string }): Promise<KindIdentity> {
  const [code] = await kindCodes([options], options.workspace);
  return code as KindIdentity;
}

/** The checks of kinds, in the order asked for: the module of each, bundled by itself. */
export async function kindCodes(entries: readonly KindEntry[], workspace: string): Promise<KindIdentity[]> {
  const root = realpathSync(workspace);
  const lock = readPackageLock(root);
  const bundles = await bundle(
    entries.map(({ path }) => path),
    root,
  );
  return Promise.all(
    bundles.map(async (bundled, index) => {
      const packages = lockedPackages(bundled, lock);
      return {
        kind: entries[index]?.kind ?? '',
        ...originOf(bundled, packages),
        digest: recordDigest('temper.kind', codeFormat, { bundle: sha256(bundled.bytes), packages }),
        files: await sourceFiles(bundled, root),
        packages,
        bytes: bundled.bytes,
      };
    }),
  );
}

/**
 * The source map (version 3, as JSON) of the bundle that {@link typescriptCode} makes of the same entry, to find the line
 * of an error. Sources are relative to the workspace. Made only when asked for: it costs as much as the bundle.
 */
export async function typescriptSourceMap(entry: string, workspace: string): Promise<string> {
  const root = realpathSync(workspace);
  const [bundled] = await bundle([entry], root, true);
  const map = JSON.parse(bundled?.sourceMap ?? '{}') as { sources: string[] };
  const sources = map.sources.map((source) =>
    slashed(relative(root, source.replace(/^source:|\/module$/g, ''))),
  );
  return JSON.stringify({ ...map, sources });
}

/** Paths count from the entry here as well, so that a moved stage is the same code. */
function originOf(
  bundled: Bundled,
  packages: readonly PackageIngredient[],
  declared: unknown = [],
): CodeOrigin {
  const files = [...bundled.files].map(([path, { digest }]) => [
    slashed(relative(dirname(bundled.entry), path)),
    digest,
  ]);
  return {
    raw: recordDigest('temper.origin', 1, { files, declared, packages }),
    reader: `temper.code/${String(codeFormat)} ${bundled.bundler}`,
  };
}

function lockedPackages(bundled: Bundled, lock: PackageLock): PackageIngredient[] {
  return bundled.packages.map((location) => lock.package(location));
}

/** Where the bundle lies in a job: where its entry lies in the repository, so that files beside it stay beside it. */
function jobPath(entry: string, root: string): string {
  const path = jobFolderPath(entry, root);
  const folder = dirname(path);
  const name = `${basename(path, extname(path))}.mjs`;
  return folder === '.' ? name : `${folder}/${name}`;
}

function sourceFiles(bundled: Bundled, root: string): Promise<SourceFile[]> {
  return Promise.all(
    [...bundled.files].map(async ([path, file]) => ({
      path: slashed(relative(root, path)),
      raw: file.digest,
      normalised: await normalise(file),
    })),
  );
}

/** Files are shared by many stages, and printing one costs a message to the bundler's process. */
const printed = new Map<Digest, Promise<string>>();

function normalise(file: LoadedFile): Promise<string> {
  const known = printed.get(file.digest);
  if (known !== undefined) return known;
  const text = print(file);
  printed.set(file.digest, text);
  return text;
}

async function print({ bytes, loader }: LoadedFile): Promise<string> {
  if (loader === 'json')
    return `${JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8')), null, 2)}\n`;
  const { transform } = await import('esbuild');
  return (await transform(bytes, { ...printOptions, loader })).code;
}
