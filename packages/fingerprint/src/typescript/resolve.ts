import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, extname, relative, resolve as resolvePath, sep } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import type { Loader, Message, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import type { Digest } from '../digest.ts';

/** A file as the bundler read it. */
export interface LoadedFile {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly loader: Loader;
}

/** What one build read and what it left to the job to import. */
export interface Loaded {
  /** By absolute path. */
  readonly files: Map<string, LoadedFile>;
  /** Location in the lock file by specifier; built-in modules of Node have none. */
  readonly packages: Map<string, string>;
}

/**
 * Modules go under a namespace and end in the same name: the bundler makes names out of paths, and so a renamed file or
 * folder leaves no trace. Paths that it writes as text (in wrappers of CommonJS and of dynamic imports) are taken out
 * by {@link withoutPaths}.
 */
const namespace = 'source';
const suffix = '/module';

const loaders: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.json': 'json',
};

/** The key of a file in the bundler's records. */
export function moduleKey(path: string): string {
  return `${namespace}:${path}${suffix}`;
}

/** The file of a key in the bundler's records. */
export function modulePath(key: string): string {
  return key.startsWith(`${namespace}:`) ? key.slice(namespace.length + 1, -suffix.length) : key;
}

export function withoutPaths(text: string, files: Iterable<string>): string {
  let clean = text;
  for (const file of files) clean = clean.replaceAll(JSON.stringify(moduleKey(file)), '"module"');
  return clean;
}

/**
 * Follows what belongs to the workspace, workspace packages included, and leaves registry packages to the job. Every
 * file is read here, once, so that the bytes whose digest is kept are the bytes that were bundled.
 */
export function followWorkspace(workspace: string, loaded: Loaded): Plugin {
  return {
    name: 'follow-workspace',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (request) => resolve(build, workspace, loaded, request));
      build.onLoad({ filter: /.*/, namespace }, async ({ path: key }) => {
        const path = key.slice(0, -suffix.length);
        const loader = loaders[extname(path)];
        if (loader === undefined) {
          const text = `a stage cannot import ${extname(path) || 'a file without an ending'}: declare the file with \`files\` and read it with \`job.file()\``;
          return { errors: [{ text }] };
        }
        const bytes = await readFile(path);
        const digest = createHash('sha256').update(bytes).digest('hex') as Digest;
        loaded.files.set(path, { bytes, digest, loader });
        return { contents: bytes, loader, resolveDir: dirname(path) };
      });
    },
  };
}

const inner = Symbol('asked by this plugin itself');

async function resolve(
  build: PluginBuild,
  workspace: string,
  loaded: Loaded,
  request: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  const { path: specifier, kind, resolveDir } = request;
  if (request.pluginData === inner) return undefined;
  if (kind === 'entry-point') return { path: `${specifier}${suffix}`, namespace };
  if (specifier.startsWith('node:') || builtinModules.includes(specifier))
    return { path: specifier, external: true };

  const found = await build.resolve(specifier, { kind, resolveDir, pluginData: inner });
  if (found.errors.length > 0) return { errors: found.errors };
  if (found.external) return { path: found.path, external: true };
  const inside = relative(workspace, found.path).split(sep).join('/');
  const isSource = !inside.startsWith('../') && !inside.includes('node_modules/');
  if (isSource || /^\.{0,2}\/|^#/.test(specifier)) return { path: `${found.path}${suffix}`, namespace };

  const name = packageName(specifier);
  const location = inside.slice(
    0,
    inside.lastIndexOf(`node_modules/${name}`) + `node_modules/${name}`.length,
  );
  if (location !== `node_modules/${name}`) return { errors: [{ text: misplaced(name, inside) }] };
  loaded.packages.set(specifier, location);
  return { path: specifier, external: true };
}

/** `@scope/name` or `name`, without what is asked of the package. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function misplaced(name: string, inside: string): string {
  return `\`${name}\` is found at ${inside}, and a job has only the packages of the workspace's own node_modules: ask for one version of it everywhere`;
}

/** The sentence of ours for what the bundler found wrong. */
export function explainFailure(error: unknown, workspace: string): unknown {
  const { errors } = error as { errors?: readonly Message[] };
  const first = errors?.[0];
  if (first === undefined) return error;
  const { location } = first;
  const where =
    location === null
      ? undefined
      : {
          file: relative(workspace, resolvePath(workspace, modulePath(location.file))),
          line: location.line,
          // The bundler counts bytes of UTF-8 from 0.
          column: Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1,
          length: Math.max(1, location.length),
        };
  const missing = /^Could not resolve "(.+)"$/.exec(first.text)?.[1];
  if (missing === undefined) return new PipelineError('code-broken', first.text, { where });
  return new PipelineError('import-not-found', `\`${missing}\` is imported here but cannot be found`, {
    where,
    hint: missing.startsWith('.')
      ? 'check the path; imports name the file with its ending, as in `./helper.ts`'
      : `install it, or check the spelling: \`npm install ${packageName(missing)}\``,
  });
}
