/** Small workspaces for benchmarks: one kind, three stages, and whatever pipelines are asked for. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './measure.mjs';

const sources = {
  'package.json': '{ "name": "bench", "private": true, "type": "module" }\n',
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }\n',
  'stages/thing.ts': `import { artifactKind } from '@temper/pipeline';
export const thing = artifactKind(import.meta.url, 'thing');
`,
  'stages/link/stage.ts': `import { defineStage, host, optional } from '@temper/pipeline';
import { z } from 'zod';
import { thing } from '../thing.ts';
export const link = defineStage(import.meta.url, {
  name: 'link',
  inputs: { before: optional(thing) },
  params: z.strictObject({ n: z.number() }),
  outputs: { thing },
  runs: host('./run.ts'),
});
`,
  'stages/link/run.ts': `import { implement } from '@temper/pipeline/job';
import type { link } from './stage.ts';
export default implement<typeof link>(async ({ params, outputs }) => {
  await outputs.thing.write('value', String(params.n));
  return { thing: outputs.thing.written() };
});
`,
  'stages/large/stage.ts': `import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { thing } from '../thing.ts';
export const large = defineStage(import.meta.url, {
  name: 'large',
  params: z.strictObject({ files: z.number(), bytes: z.number() }),
  outputs: { thing },
  runs: host('./run.ts'),
});
`,
  'stages/large/run.ts': `import { implement } from '@temper/pipeline/job';
import type { large } from './stage.ts';
export default implement<typeof large>(async ({ params, outputs }) => {
  for (let file = 0; file < params.files; file++)
    await outputs.thing.write(String(file), Buffer.alloc(params.bytes, String(file)));
  return { thing: outputs.thing.written() };
});
`,
  'stages/look/stage.ts': `import { defineStage, host } from '@temper/pipeline';
import { z } from 'zod';
import { thing } from '../thing.ts';
export const look = defineStage(import.meta.url, {
  name: 'look',
  params: z.strictObject({ type: z.enum(['file', 'folder']), path: z.string() }),
  outputs: { thing },
  runs: host('./run.ts'),
  pins: ({ type, path }) => [{ type, path }],
});
`,
  'stages/look/run.ts': `import { statSync } from 'node:fs';
import { implement } from '@temper/pipeline/job';
import type { look } from './stage.ts';
export default implement<typeof look>(async ({ external, params, outputs }) => {
  await outputs.thing.write('value', String(statSync(external(params.path)).size));
  return { thing: outputs.thing.written() };
});
`,
};

/**
 * Makes a workspace in the temporary folder (TMPDIR moves it), with a home of its own.
 *
 * @param pipelines Source by name.
 */
export function makeWorkspace(pipelines) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'temper-bench-')));
  const workspace = join(folder, 'workspace');
  const home = join(folder, 'home');
  const files = { ...sources };
  for (const [name, source] of Object.entries(pipelines)) files[`pipelines/${name}.ts`] = source;
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  // What a stage imports has to lie inside its workspace.
  const packages = join(workspace, 'node_modules');
  cpSync(join(root, 'node_modules', 'zod'), join(packages, 'zod'), { recursive: true });
  cpSync(join(root, 'packages', 'pipeline'), join(workspace, 'packages', 'pipeline'), { recursive: true });
  mkdirSync(join(packages, '@temper'));
  symlinkSync('../../packages/pipeline', join(packages, '@temper', 'pipeline'));
  return {
    folder,
    workspace,
    store: join(home, 'store'),
    options: { cwd: workspace, env: { ...process.env, TEMPER_HOME: home } },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Makes the results of a pipeline without processes; answers its steps and the seconds it took. */
export async function fill({ folder, workspace, store }, pipeline) {
  const program = join(root, 'node_modules', '.cache', `fill-${process.pid}.mjs`);
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'fill.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@temper/source'],
      external: ['esbuild', 'ts-morph'],
      banner: {
        js: "import{createRequire as inBundle}from'node:module';const require=inBundle(import.meta.url);",
      },
      logLevel: 'error',
    });
    const names = join(root, 'packages', 'cli', 'dist', 'names.mjs');
    const filled = spawnSync(process.execPath, [program, workspace, pipeline, store, names], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (filled.status !== 0) throw new Error(`${pipeline} could not be filled: ${filled.stderr}`);
    return JSON.parse(filled.stdout);
  } finally {
    rmSync(program, { force: true });
  }
}
