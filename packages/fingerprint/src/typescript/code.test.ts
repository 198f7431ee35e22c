import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SourceMap } from 'node:module';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CodeIdentity } from '../ingredients.ts';
import { createWorkspace, type TestWorkspace } from '../testing/workspace.ts';
import { kindCode, typescriptCode, typescriptCodes, typescriptSourceMap } from './code.ts';

function identify({ path }: TestWorkspace, folder = 'stages/greet'): Promise<CodeIdentity> {
  return typescriptCode({
    workspace: path,
    entry: `${folder}/run.ts`,
    files: [join(path, folder, 'template.txt')],
  });
}

const run = 'stages/greet/run.ts';
const helper = 'stages/greet/helper.ts';

const kept: readonly [string, (workspace: TestWorkspace) => void][] = [
  ['a comment', (at) => at.edit(run, '// Read from', '// Taken from')],
  ['a documentation comment', (at) => at.edit(run, '/** How often to say it. */', '/** Twice. */')],
  ['a legal comment', (at) => at.edit(run, 'const times', '/*! @license MIT */ const times')],
  ['a pure annotation', (at) => at.edit(run, 'leaf(found)', '/* @__PURE__ */ leaf(found)')],
  ['indentation and blank lines', (at) => at.edit(run, '\n', '\n\n    ')],
  ['line ends', (at) => at.edit(helper, '\n', '\r\n')],
  ['quotes', (at) => at.edit(run, "'", '"')],
  ['quotes around a key', (at) => at.edit(run, "said.push('large')", "said.push({ 'a': 'large' }.a)")],
  ['a trailing comma', (at) => at.edit(run, 'leaf(found)]', 'leaf(found),]')],
  ['semicolons', (at) => at.edit(helper, ';', '')],
  ['redundant parentheses', (at) => at.edit(run, 'size > 3', '((size) > (3))')],
  ['the order of names within an import', (at) => at.edit(run, '{ greeting, size }', '{ size, greeting }')],
  ['a type annotation', (at) => at.edit(run, 'options: Options', 'options: Options & { more?: string }')],
  ['an interface', (at) => at.edit('stages/greet/types.ts', 'name: string', 'name: string; age?: number')],
  [
    'a type-only import',
    (at) => at.write(run, `import type { unreached } from './helper.ts';\n${at.read(run)}`),
  ],
  [
    'an import whose names are only types',
    (at) => at.edit(run, 'import type { Options }', 'import { type Options }'),
  ],
  ['satisfies and as', (at) => at.edit(run, 'options.name', '(options satisfies Options as Options).name')],
  ['a function that is never reached', (at) => at.edit(helper, "'nobody calls this'", "'really nobody'")],
  [
    'an unreached function of a workspace package',
    (at) => at.edit('packages/tools/src/whisper.ts', 'toLowerCase', 'trim'),
  ],
  [
    'a new export that nobody imports',
    (at) => at.write(helper, `${at.read(helper)}\nexport const more = 1;\n`),
  ],
  [
    'a key of JSON that is not read, in another layout',
    (at) => at.write('stages/greet/words.json', '{\n  "start": "dear",\n  "end": "friend"\n}'),
  ],
  [
    'a renamed helper file',
    (at) => {
      at.move(helper, 'stages/greet/words.ts');
      at.edit(run, './helper.ts', './words.ts');
    },
  ],
  ['an undeclared file beside the stage', (at) => at.write('stages/greet/README.md', 'nothing')],
  [
    'the tsconfig.json of the workspace',
    (at) => at.write('tsconfig.json', '{ "compilerOptions": { "target": "es5" } }'),
  ],
  [
    'a package that the stage does not import',
    (at) => at.edit('package-lock.json', 'sha512-branch', 'sha512-new'),
  ],
  ['the version of a workspace package', (at) => at.edit('packages/tools/package.json', '1.0.0', '1.1.0')],
  [
    'where the lock file fetches packages from',
    (at) =>
      at.edit(
        'package-lock.json',
        '"integrity": "sha512-leaf"',
        '"resolved": "https://mirror.example/leaf.tgz", "integrity": "sha512-leaf"',
      ),
  ],
];

const changed: readonly [string, (workspace: TestWorkspace) => void][] = [
  ['the body of the entry', (at) => at.edit(run, "'large'", "'big'")],
  ['a module constant', (at) => at.edit(run, 'times = 2', 'times = 3')],
  ['a helper', (at) => at.edit(helper, 'Hello', 'Goodbye')],
  ['a constant of a helper', (at) => at.edit(helper, 'size = 4', 'size = 2')],
  ['a workspace package', (at) => at.edit('packages/tools/src/shout.ts', 'toUpperCase', 'trim')],
  ['a module two imports away', (at) => at.edit('packages/tools/src/mark.ts', "'!'", "'?'")],
  [
    'what a module does when it is loaded, in spite of `sideEffects`',
    (at) => at.edit('packages/tools/src/register.ts', 'hello', 'hi'),
  ],
  ['a value of imported JSON', (at) => at.edit('stages/greet/words.json', 'friend', 'colleague')],
  ['a declared file', (at) => at.edit('stages/greet/template.txt', 'Greeting', 'Salute')],
  ['white space in a declared file', (at) => at.edit('stages/greet/template.txt', '\n', '\n\n')],
  ['the mode of a declared file', (at) => chmodSync(join(at.path, 'stages/greet/template.txt'), 0o755)],
  [
    'the version of a package',
    (at) =>
      at.edit(
        'package-lock.json',
        '"version": "1.0.0", "integrity": "sha512-leaf"',
        '"version": "1.0.1", "integrity": "sha512-leaf"',
      ),
  ],
  ['the integrity of a package', (at) => at.edit('package-lock.json', '"sha512-leaf"', '"sha512-leaf-2"')],
  ['a default value of an argument', (at) => at.edit(helper, 'name: string', "name: string = 'you'")],
  [
    'the order of statements',
    (at) => at.edit(run, '[greeting(options.name), words.end', '[words.end, greeting(options.name)'),
  ],
  [
    'the order of imports that do something',
    (at) => at.write(run, `import '@own/tools';\nimport 'leaf';\n${at.read(run)}`),
  ],
  [
    'a new import for what it does',
    (at) => at.write(run, `import './types.ts';\nimport 'node:process';\n${at.read(run)}`),
  ],
  ['text of a template literal', (at) => at.edit(helper, '`Hello ', '`Hello  ')],
  ['an operator', (at) => at.edit('packages/tools/src/shout.ts', '+ mark', '< mark')],
  ['await', (at) => at.edit(run, 'return template', 'return await template')],
];

describe('code that is the same keeps its digest', () => {
  test.each(kept)('%s', async (_title, edit) => {
    const workspace = createWorkspace();
    const before = await identify(workspace);
    edit(workspace);
    expect((await identify(workspace)).digest).toBe(before.digest);
  });
});

describe('code that is different has another digest', () => {
  test.each(changed)('%s', async (_title, edit) => {
    const workspace = createWorkspace();
    const before = await identify(workspace);
    edit(workspace);
    expect((await identify(workspace)).digest).not.toBe(before.digest);
  });
});

test('the digest of a stage is a golden value', async () => {
  const { digest, packages } = await identify(createWorkspace());
  expect({ digest, packages }).toMatchInlineSnapshot(`
    {
      "digest": "767e610a5dcb670dd5735e2e467b50cadab079baed81fae4c26712820946933f",
      "packages": [
        {
          "closure": "1f053d128c6003aa96d28a7cd079b74118c81c3a99cdecee48d08db8680856a8",
          "name": "leaf",
          "version": "1.0.0",
        },
      ],
    }
  `);
});

test('a moved stage keeps its digest and takes its files along', async () => {
  const workspace = createWorkspace();
  const before = await identify(workspace);
  workspace.move('stages/greet', 'stages/polite/salute');
  const after = await identify(workspace, 'stages/polite/salute');
  expect(after.digest).toBe(before.digest);
  expect(before.content.map(({ path }) => path)).toEqual([
    'stages/greet/run.mjs',
    'stages/greet/template.txt',
  ]);
  expect(after.content.map(({ path }) => path)).toEqual([
    'stages/polite/salute/run.mjs',
    'stages/polite/salute/template.txt',
  ]);
});

test('dynamic imports and CommonJS leave no path in the bundle', async () => {
  const workspace = createWorkspace();
  workspace.write('stages/greet/late.ts', 'export const late = 1;\n');
  workspace.write('stages/greet/old.cjs', 'module.exports = { old: __filename === undefined };\n');
  workspace.edit(
    run,
    '  if (size',
    "  const { late } = await import('./late.ts');\n  said.push(String(late), String(old));\n  if (size",
  );
  workspace.write(run, `import old from './old.cjs';\n${workspace.read(run)}`);
  const before = await identify(workspace);
  expect(Buffer.from(before.content[0]!.bytes).toString()).not.toMatch(/stages|late\.ts|temper-fingerprint/);
  workspace.move('stages/greet', 'stages/salute');
  expect((await identify(workspace, 'stages/salute')).digest).toBe(before.digest);
});

test('the bundle runs with the packages of the workspace and its declared file', async () => {
  const workspace = createWorkspace();
  const code = await identify(workspace);
  const folder = join(workspace.path, 'job/code');
  for (const { path, bytes } of code.content)
    workspace.write(`job/code/${path}`, Buffer.from(bytes).toString());
  symlinkSync(join(workspace.path, 'node_modules'), join(folder, 'node_modules'));
  const module = (await import(pathToFileURL(join(folder, code.entry)).href)) as {
    default: (options: { name: string }, found: string) => Promise<string>;
  };
  expect(await module.default({ name: 'Ada' }, 'leaf')).toBe(
    'Greeting: HELLO ADA FRIEND LEAF LARGE!HELLO ADA FRIEND LEAF LARGE!\n',
  );
});

test('several entries in one call are identified as each by itself', async () => {
  const workspace = createWorkspace();
  const files = ['stages/greet/template.txt'];
  const together = await typescriptCodes(
    [{ entry: 'stages/greet/other.ts' }, { entry: run, files }],
    workspace.path,
  );
  expect(together[1]).toEqual(await identify(workspace));
  expect(together[0]).toEqual(
    await typescriptCode({ entry: 'stages/greet/other.ts', workspace: workspace.path }),
  );
});

test('a package counts with everything below it on every platform, and nothing else', async () => {
  const workspace = createWorkspace();
  const closure = async (): Promise<unknown> =>
    (await typescriptCode({ entry: 'stages/greet/other.ts', workspace: workspace.path })).packages;
  const before = await closure();
  workspace.edit('package-lock.json', '"sha512-leaf"', '"sha512-root-leaf"');
  workspace.edit('package-lock.json', 'sha512-unrelated', 'sha512-related');
  expect(await closure()).toEqual(before);
  for (const integrity of ['sha512-leaf-3', 'sha512-other', 'sha512-peer']) {
    workspace.edit('package-lock.json', integrity, `${integrity}-new`);
    expect(await closure()).not.toEqual(before);
    workspace.edit('package-lock.json', `${integrity}-new`, integrity);
  }
});

test('every file of the closure is kept with its digest and its normalised text', async () => {
  const { files } = await identify(createWorkspace());
  expect(files.map(({ path }) => path)).toEqual([
    'packages/tools/src/index.ts',
    'packages/tools/src/mark.ts',
    'packages/tools/src/register.ts',
    'packages/tools/src/shout.ts',
    'packages/tools/src/whisper.ts',
    'stages/greet/helper.ts',
    'stages/greet/run.ts',
    'stages/greet/words.json',
    'stages/greet/template.txt',
  ]);
  expect(files.find(({ path }) => path === 'packages/tools/src/shout.ts')?.normalised).toBe(
    'import { mark } from "./mark.ts";\nexport function shout(text) {\n  return text.toUpperCase() + mark;\n}\n',
  );
});

test('the source map leads from the bundle to the line in the workspace', async () => {
  const workspace = createWorkspace();
  const text = Buffer.from((await identify(workspace)).content[0]!.bytes).toString();
  const map = new SourceMap(JSON.parse(await typescriptSourceMap(run, workspace.path)) as never);
  const entry = map.findEntry(0, text.indexOf('"large"')) as { originalSource: string; originalLine: number };
  expect(entry.originalSource).toBe(run);
  expect(workspace.read(run).split('\n')[entry.originalLine]).toContain("'large'");
});

test('a kind is a module that a worker can import', async () => {
  const workspace = createWorkspace();
  const options = { path: 'stages/kinds/greeting.ts', kind: 'greeting', workspace: workspace.path };
  const before = await kindCode(options);
  workspace.write('.temper/kind.mjs', Buffer.from(before.bytes).toString());
  const module = (await import(pathToFileURL(join(workspace.path, '.temper/kind.mjs')).href)) as {
    greetingKind: { kind: string; check(text: string): boolean };
  };
  expect(module.greetingKind.check('')).toBe(false);
  workspace.edit('stages/kinds/greeting.ts', "!== ''", "!== 'x'");
  expect((await kindCode(options)).digest).not.toBe(before.digest);
});

describe('what cannot be identified is refused', () => {
  const refused: readonly [string, (at: TestWorkspace) => void, object][] = [
    [
      'a file that does not parse',
      (at) => at.edit(helper, 'export function greeting(', 'export function greeting(('),
      {
        code: 'code-broken',
        message: 'Expected identifier but found "("',
        where: { file: helper, line: 3, column: 26, length: 1 },
      },
    ],
    [
      'an import that leads nowhere',
      (at) => at.edit(run, './helper.ts', './helpr.ts'),
      { code: 'import-not-found', message: '`./helpr.ts` is imported here but cannot be found' },
    ],
    [
      'a package that the lock does not list',
      (at) => at.edit('package-lock.json', '"node_modules/leaf"', '"node_modules/leaves"'),
      { code: 'package-not-locked', message: '`leaf` is imported but package-lock.json does not list it' },
    ],
    [
      'a declared file that is missing',
      (at) => at.move('stages/greet/template.txt', 'stages/greet/templates.txt'),
      {
        code: 'declared-file-missing',
        message: 'stages/greet/template.txt is declared as a file of a stage but cannot be read',
      },
    ],
    [
      'an import of a file that is no module',
      (at) =>
        at.write(
          helper,
          `import text from './template.txt';\nexport const size = text;\nexport const greeting = text;`,
        ),
      { code: 'code-broken' },
    ],
    [
      'a package that only another folder of the workspace has',
      (at) => {
        mkdirSync(join(at.path, 'packages/tools/node_modules'));
        at.move('node_modules/leaf', 'packages/tools/node_modules/leaf');
        at.write('packages/tools/src/mark.ts', "export { leaf as mark } from 'leaf';\n");
        at.edit(run, "'leaf'", "'branch'");
      },
      { code: 'code-broken' },
    ],
  ];
  test.each(refused)('%s', async (_title, spoil, problem) => {
    const workspace = createWorkspace();
    spoil(workspace);
    await expect(identify(workspace)).rejects.toMatchObject(problem);
  });
});
