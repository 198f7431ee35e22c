/**
 * Makes the `dist/` of the package in whose folder it is started, for `npm pack`: JavaScript for Node and declarations
 * for the compiler, of what the package's `exports` name. In the repository nobody needs it, since there packages
 * resolve to each other's sources; in a foreign workspace a job runs on it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const folder = process.cwd();
const dist = join(folder, 'dist');
const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const doors = Object.values(exports).filter((door) => door.types !== undefined);
const sources = doors.map((door) => join(folder, door['@temper/source']));

rmSync(dist, { recursive: true, force: true });
await writeJavaScript();
writeDeclarations();

async function writeJavaScript() {
  // Stages are bundled for each job from their sources: only their declarations are of use here.
  const entryPoints = doors
    .filter((door) => door.default !== undefined)
    .map((door) => join(folder, door['@temper/source']));
  if (entryPoints.length === 0) return;
  await build({
    entryPoints,
    outdir: dist,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    legalComments: 'none',
  });
}

function writeDeclarations() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(sources, { ...options, noEmit: false, declaration: true });
  const base = existsSync(join(folder, 'src')) ? join(folder, 'src') : folder;
  const emitted = program.emit(
    undefined,
    (path, text) => {
      // The program also holds the sources of the packages that this one imports.
      const inside = relative(base, path);
      if (inside.startsWith(`..${sep}`) || inside.includes('node_modules')) return;
      mkdirSync(dirname(join(dist, inside)), { recursive: true });
      writeFileSync(join(dist, inside), text);
    },
    undefined,
    true,
  );
  if (emitted.diagnostics.length === 0) return;
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  };
  process.stderr.write(ts.formatDiagnostics(emitted.diagnostics, host));
  process.exitCode = 1;
}
