import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNxWorkspace, type NxWorkspace } from './nx-workspace.ts';

let workspace: NxWorkspace;
beforeAll(async () => {
  workspace = await createNxWorkspace('workspace');
});
afterAll(() => workspace.dispose());

/** What the command was started with: once, or the test fails. */
async function words(): Promise<string[]> {
  const calls = await workspace.calls();
  expect(calls).toHaveLength(1);
  return calls[0]!.words;
}

describe('a pipeline as a target', () => {
  test.each([
    { form: ['run', 'pipelines:alpaca-glm4'], configuration: [] },
    { form: ['run', 'pipelines:alpaca-glm4:tiny'], configuration: ['-c', 'tiny'] },
    { form: ['run', 'pipelines:alpaca-glm4', '-c', 'tiny'], configuration: ['-c', 'tiny'] },
    { form: ['run', 'pipelines:alpaca-glm4', '--configuration=tiny'], configuration: ['-c', 'tiny'] },
    { form: ['run', 'pipelines:alpaca-glm4', '-c=tiny'], configuration: ['-c', 'tiny'] },
    { form: ['alpaca-glm4', 'pipelines', '-c', 'hub'], configuration: ['-c', 'hub'] },
    { form: ['run-many', '-t', 'alpaca-glm4', '-c', 'tiny'], configuration: ['-c', 'tiny'] },
  ])('`nx $form` starts the command once, with its configuration', async ({ form, configuration }) => {
    const { code, stdout } = await workspace.nx(form);
    expect(code, stdout).toBe(0);
    expect(await words()).toEqual(['run', 'alpaca-glm4', ...configuration]);
  });

  test('arguments arrive as they were typed', async () => {
    const typed = [
      '--set',
      'a b=c\nd',
      '',
      '$HOME `id` \\',
      `it's "so"`,
      '007',
      '{projectName}',
      '--help',
      '-c',
      'x',
    ];
    await workspace.nx(['run', 'pipelines:alpaca-glm4:tiny', '--', ...typed]);
    expect(await words()).toEqual(['run', 'alpaca-glm4', '-c', 'tiny', ...typed]);
  });

  test('the command starts in the folder where Nx was called, so that paths mean what was typed', async () => {
    await workspace.nx(['run', 'alpaca-glm4:tiny'], { from: 'pipelines' });
    expect((await workspace.calls()).map(({ folder }) => folder)).toEqual([`${workspace.root}/pipelines`]);
  });

  test('what the command prints is printed, and Nx ends with 1 when it fails', async () => {
    const { code, stdout, stderr } = await workspace.nx(['run', 'pipelines:other'], {
      env: { STAND_IN_EXIT: '5' },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('the stand-in was here');
    expect(stderr).toContain('temper ended with exit code 5');
  });

  test('what the command can tell from memory needs no process of its own', async () => {
    await workspace.calls();
    await workspace.write(
      'packages/cli/bin/answer.js',
      "module.exports.answerFromMemory = (words) => words[1] === 'other' && (console.log(words.join(' ')), true);\n",
    );
    await workspace.write('packages/cli/bin/package.json', '{ "type": "commonjs" }');
    const { code, stdout } = await workspace.nx(['run', 'pipelines:other', '--', '--set', 'a.b= c']);
    await workspace.remove('packages/cli/bin/answer.js');
    await workspace.remove('packages/cli/bin/package.json');
    expect({ code, calls: await workspace.calls() }).toEqual({ code: 0, calls: [] });
    expect(stdout.split('\n')).toContain('run other --set a.b= c');
  });

  test('a pipeline is run again although nothing has changed', async () => {
    await workspace.calls();
    await workspace.nx(['run', 'pipelines:other']);
    await workspace.nx(['run', 'pipelines:other']);
    expect(await workspace.calls()).toHaveLength(2);
  });
});

describe('colour', () => {
  const color = async (env: Record<string, string>, form = ['run', 'pipelines:other']) => {
    await workspace.calls();
    await workspace.nx(form, { env });
    return (await workspace.calls())[0]?.env;
  };

  test('Nx does not force colour on a command whose output is no terminal', async () => {
    expect(await color({})).toEqual({});
    expect(await color({}, ['run-many', '-t', 'other'])).toEqual({});
  });

  test('NO_COLOR wins over FORCE_COLOR', async () => {
    expect(await color({ NO_COLOR: '1', FORCE_COLOR: 'true' })).toEqual({ NO_COLOR: '1' });
  });

  test('a FORCE_COLOR of the user reaches the command', async () => {
    expect(await color({ FORCE_COLOR: '1' })).toEqual({ FORCE_COLOR: '1' });
  });
});

describe('the build of the command', () => {
  test('it runs before a pipeline when a source has changed, and comes from the cache otherwise', async () => {
    await workspace.write('packages/cli/src/index.ts', 'export const changed = 1;\n');
    const first = await workspace.nx(['run', 'pipelines:other']);
    const second = await workspace.nx(['run', 'pipelines:other']);
    await workspace.write('packages/cli/src/index.ts', 'export const changed = 2;\n');
    const third = await workspace.nx(['run', 'pipelines:other']);
    expect(first.stdout).toMatch(/nx run @temper\/cli:build\n/);
    expect(second.stdout).toMatch(/nx run @temper\/cli:build {2}\[(local cache|existing outputs)/);
    expect(third.stdout).toMatch(/nx run @temper\/cli:build\n/);
  });

  test('where it is missing, the message says how to make it', async () => {
    await workspace.remove('packages/cli/dist').catch(() => {});
    await workspace.calls();
    const { code, stderr } = await workspace.nx(['run', 'pipelines:other', '--exclude-task-dependencies']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      '✗ the temper command is not built: packages/cli/dist does not exist\n  hint: npx nx run @temper/cli:build\n',
    );
    expect(await workspace.calls()).toEqual([]);
  });
});

test('where the plugin is a package of the workspace, Nx starts one process for a pipeline and loads no TypeScript', async () => {
  const own = await createNxWorkspace('workspace', 'workspace');
  try {
    await own.write('tsconfig.json', '{}');
    await own.write('watch.cjs', WATCH);
    const watch = { NODE_OPTIONS: `--require ${own.root}/watch.cjs`, WATCHED: `${own.root}/watched` };
    // The first command looks at every import in the workspace, and that Nx leaves to TypeScript.
    await own.nx(['run', 'pipelines:other']);
    const { code, stdout } = await own.nx(['run', 'pipelines:other'], { env: watch });
    expect(code, stdout).toBe(0);
    const lines = (await readFile(watch.WATCHED, 'utf8')).trim().split('\n');
    expect(lines).toEqual(['started nx.js', 'started run-executor.js', 'started temper.js']);
  } finally {
    await own.dispose();
  }
});

/** Notes every process of Node and whether it loads TypeScript. */
const WATCH = `
const { appendFileSync } = require('node:fs');
const { basename } = require('node:path');
const Module = require('node:module');
appendFileSync(process.env.WATCHED, 'started ' + basename(process.argv[1] ?? '') + '\\n');
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name === 'typescript') appendFileSync(process.env.WATCHED, 'typescript\\n');
  return load.call(this, name, ...rest);
};
`;

describe('a workspace that is not ours', () => {
  test('an installed command is started, and nothing is built', async () => {
    const foreign = await createNxWorkspace('installed');
    try {
      const { code, stdout } = await foreign.nx(['run', 'pipelines:alpaca-glm4:tiny']);
      expect(code, stdout).toBe(0);
      expect(stdout).not.toContain(':build');
      expect((await foreign.calls()).map((call) => call.words)).toEqual([
        ['run', 'alpaca-glm4', '-c', 'tiny'],
      ]);
    } finally {
      await foreign.dispose();
    }
  });

  test('a command that is not installed is named', async () => {
    const foreign = await createNxWorkspace('none');
    try {
      const { code, stderr } = await foreign.nx(['run', 'pipelines:other']);
      expect(code).toBe(1);
      expect(stderr).toContain(
        '✗ @temper/cli is not installed in this workspace\n  hint: npm install --save-dev @temper/cli\n',
      );
    } finally {
      await foreign.dispose();
    }
  });
});
