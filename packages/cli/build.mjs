/**
 * Bundles the command and the programs it starts into `dist/`. What stays outside is what cannot be bundled (esbuild's
 * native program, ts-morph's copy of the compiler) and is loaded only when a run needs it.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const growing = join(here, `dist.${process.pid}`);

// Stands in the sources' place for the digest of what was built, which is known when everything is built: by it the
// command knows an answer that it gave earlier from one of another build.
const placeholder = 'digest-of-this-build';

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['@temper/source'],
  external: ['esbuild', 'ts-morph'],
  // yaml serves CommonJS to Node, whose names a split bundle cannot see; its other entry is the same code as modules.
  // Found from the package that imports it: other tools bring an older one to the root.
  alias: {
    yaml: join(
      dirname(createRequire(join(root, 'packages/plan/package.json')).resolve('yaml/package.json')),
      'browser',
      'index.js',
    ),
  },
  define: { BUILD_DIGEST: JSON.stringify(placeholder) },
  metafile: true,
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  outdir: join(here, 'dist'),
};

const results = await Promise.all([
  // Loaded by every start: CommonJS, since it is the quickest thing Node can load.
  build({
    ...common,
    entryPoints: { start: 'packages/cli/src/start.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['./temper.mjs'],
  }),
  build({
    ...common,
    entryPoints: {
      temper: 'packages/cli/src/main.ts',
      names: 'packages/plan/src/names-child.ts',
      'check-worker': 'packages/run/src/check-worker.ts',
      'host-launcher': 'packages/backend/src/host/launcher.ts',
      'host-child': 'packages/backend/src/host/child.ts',
    },
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  }),
  // What a report's page is made of, as two files of text; read by `temper report` alone.
  build({
    ...common,
    entryPoints: {
      page: 'packages/report/src/page/page.tsx',
      'page-style': 'packages/report/src/page/page.css',
    },
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minifyIdentifiers: true,
    charset: 'utf8',
  }),
]);

const built = results.flatMap(({ outputFiles }) => outputFiles);
const digest = createHash('sha256');
for (const { path, hash } of built) digest.update(`${basename(path)} ${hash}\n`);
const name = digest.digest('hex');
mkdirSync(growing, { recursive: true });
for (const { path, text } of built)
  writeFileSync(join(growing, basename(path)), text.replaceAll(placeholder, name));

const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const own = inputs.filter((path) => !path.includes('node_modules'));
own.push(relative(root, fileURLToPath(import.meta.url)), 'package-lock.json');
writeFileSync(join(growing, 'inputs.json'), JSON.stringify([...new Set(own)].sort()));

// One rename, so that a command started meanwhile finds the old bundle or the new one.
const dist = join(here, 'dist');
const old = `${growing}.old`;
mkdirSync(dist, { recursive: true });
renameSync(dist, old);
renameSync(growing, dist);
rmSync(old, { recursive: true, force: true });
