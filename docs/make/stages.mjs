// Brings docs/reference/stages.md and the tables of params in stages/*/README.md up to date with the declarations:
//   node docs/make/stages.mjs
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = resolve(import.meta.dirname, '..', '..');
const names = readdirSync(join(root, 'stages'))
  .filter((name) => existsSync(join(root, 'stages', name, 'stage.ts')))
  .sort();

// A declaration is TypeScript, and Node 20 reads none: everything is bundled into one module that never touches the disk.
const { outputFiles } = await build({
  stdin: {
    contents: [
      `export * from './docs/make/stage-reference.ts';`,
      ...names.map((name, index) => `import * as stage${index} from './stages/${name}/stage.ts';`),
      `const modules = [${names.map((_, index) => `stage${index}`).join(', ')}];`,
      'export const stages = modules.flatMap((module) => Object.values(module)).map(({ definition }) => definition);',
    ].join('\n'),
    resolveDir: root,
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@temper/source'],
  write: false,
});
const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
const { stageReference, withParams, stages } = await import(url);

await write(join(root, 'docs/reference/stages.md'), stageReference(stages));
for (const stage of stages) {
  const page = join(root, 'stages', stage.name, 'README.md');
  if (existsSync(page)) await write(page, withParams(readFileSync(page, 'utf8'), stage));
}

async function write(path, text) {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
