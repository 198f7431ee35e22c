import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CodeIdentity } from '../ingredients.ts';
import { createWorkspace, type TestWorkspace } from '../testing/workspace.ts';
import { pythonCode } from './code.ts';

function identify({ path }: TestWorkspace, folder = 'stages/train'): Promise<CodeIdentity> {
  return pythonCode({
    workspace: path,
    entry: `${folder}/run.py`,
    roots: [join(path, 'python')],
    files: [`${folder}/notes.txt`],
  });
}

function createPythonWorkspace(): TestWorkspace {
  const workspace = createWorkspace();
  workspace.write('stages/train/notes.txt', 'A note.\n');
  return workspace;
}

const run = 'stages/train/run.py';
const helper = 'stages/train/helper.py';
const core = 'python/lib/core.py';

const kept: readonly [string, (workspace: TestWorkspace) => void][] = [
  ['a comment', (at) => at.edit(run, '# Every row', '# Each row')],
  ['a new comment at the end of a line', (at) => at.edit(helper, 'FACTOR = 2', 'FACTOR = 2  # doubled')],
  ['the docstring of a module', (at) => at.edit(run, 'Trains nothing at all', 'Trains')],
  ['the docstring of a function', (at) => at.edit(run, 'Returns what it was given.', 'Gives.')],
  ['a docstring that was not there', (at) => at.edit(helper, '(value):\n', "(value):\n    'Scales.'\n")],
  ['indentation', (at) => at.edit(helper, '    return', '  return')],
  ['blank lines', (at) => at.edit(core, '\n', '\n\n')],
  ['line ends', (at) => at.edit(run, '\n', '\r\n')],
  ['quotes', (at) => at.edit(run, "'total'", '"total"')],
  ['escapes of the same text', (at) => at.edit(run, "'label'", "'lab\\x65l'")],
  ['the prefix u', (at) => at.edit(run, "'value'", "u'value'")],
  ['a literal in pieces', (at) => at.edit(run, "'rows.json'", "'rows' '.json'")],
  [
    'quotes inside a format string',
    (at) => at.edit(run, 'f"{total:>8.2f} of {len(rows)!r}"', "f'{ total:>8.2f} of ' f'{len(rows)!r}'"),
  ],
  ['a trailing comma of arguments', (at) => at.edit(run, "'in', 'rows.json'", "'in', 'rows.json',")],
  ['a trailing comma of a tuple', (at) => at.edit(run, "('a', 'b')", "('a', 'b',)")],
  [
    'parentheses around a condition',
    (at) =>
      at.edit(
        run,
        'if not row or index in (1, 2) and index < LIMIT:',
        'if (not row) or ((index in (1, 2)) and (index < LIMIT)):',
      ),
  ],
  [
    'parentheses around arithmetic',
    (at) =>
      at.edit(run, "total + scale(row['value']) * rate - 1", "((total + (scale(row['value']) * rate)) - 1)"),
  ],
  [
    'parentheses around a returned tuple',
    (at) => at.edit(run, 'return lib.lazy.done, first, second', 'return (lib.lazy.done, first, second)'),
  ],
  ['parentheses around targets', (at) => at.edit(run, 'for index, row in', 'for (index, row) in')],
  [
    'parentheses around the items of with',
    (at) =>
      at.edit(
        run,
        "with open(os.path.join('in', 'rows.json')) as source, open('out.json', 'w') as target:",
        "with (\n        open(os.path.join('in', 'rows.json')) as source,  # read\n        open('out.json', 'w') as target,\n    ):",
      ),
  ],
  [
    'a backslash at the end of a line',
    (at) => at.edit(helper, 'value * FACTOR', 'value \\\n        * FACTOR'),
  ],
  [
    'the order of names within an import',
    (at) => at.edit(run, 'import first, second', 'import second, first'),
  ],
  [
    'parentheses around imported names',
    (at) => at.edit(run, 'import first, second', 'import (\n    first,\n    second,\n)'),
  ],
  ['two modules in one import', (at) => at.edit(run, 'import json\nimport os.path', 'import json, os.path')],
  ['two statements in a line', (at) => at.edit(helper, 'FACTOR = 2\n', 'FACTOR = 2;\n')],
  ['a body on the line of its head', (at) => at.edit(helper, '(value):\n    return', '(value): return')],
  ['another spelling of a number', (at) => at.edit(run, '1_000', '1000')],
  ['another spelling of an exponent', (at) => at.edit(run, '5e-4', '5E-4')],
  ['a module that is not imported', (at) => at.edit('stages/train/unused.py', 'imported', 'loaded')],
  ['a module of the same name that is found later', (at) => at.write('python/helper.py', 'FACTOR = 3\n')],
  ['the mode of a module', (at) => chmodSync(join(at.path, run), 0o755)],
  ['a compiled module beside it', (at) => at.write('stages/train/__pycache__/helper.cpython-312.pyc', 'x')],
];

const changed: readonly [string, (workspace: TestWorkspace) => void][] = [
  ['the body of the entry', (at) => at.edit(run, '* rate - 1', '* rate - 2')],
  ['a constant of the entry', (at) => at.edit(run, '1_000', '1_001')],
  ['a default', (at) => at.edit(run, '5e-4', '4e-4')],
  ['a helper beside the entry', (at) => at.edit(helper, 'value * FACTOR', 'value + FACTOR')],
  ['a constant of a helper', (at) => at.edit(helper, 'FACTOR = 2', 'FACTOR = 3')],
  ['a module of a root', (at) => at.edit(core, 'name, third', 'third, name')],
  ['the __init__.py of a package', (at) => at.edit('python/lib/__init__.py', 'VERSION = 1', 'VERSION = 2')],
  [
    'the __init__.py of an inner package',
    (at) => at.edit('python/lib/parts/__init__.py', 'third = 3', 'third = 4'),
  ],
  [
    'a submodule that is imported by name',
    (at) => at.edit('python/lib/parts/second.py', 'value = 2', 'value = 3'),
  ],
  [
    'a module that is imported in a function',
    (at) => at.edit('python/lib/lazy.py', 'done =', 'finished = done ='),
  ],
  ['a module that importlib is asked for', (at) => at.edit('python/lib/plugin.py', 'True', 'False')],
  ['a decorator', (at) => at.edit(run, "@core.logged('train')\n", '')],
  ['the argument of a decorator', (at) => at.edit(run, "logged('train')", "logged('training')")],
  ['a type hint', (at) => at.edit(helper, '(value):', '(value: int):')],
  ['a string that is not a docstring', (at) => at.edit(run, "'label'", "'Label'")],
  ['the format of a value', (at) => at.edit(run, ':>8.2f', ':>8.3f')],
  ['white space inside a format', (at) => at.edit(run, ':>8.2f', ': >8.2f')],
  ['a comma that makes a tuple', (at) => at.edit(helper, 'value * FACTOR', 'value * FACTOR,')],
  [
    'parentheses that group otherwise',
    (at) => at.edit(run, 'not row or index in (1, 2) and', 'not (row or index in (1, 2)) and'),
  ],
  [
    'the order of statements',
    (at) => at.edit('python/lib/parts/__init__.py', 'first = 1\nthird = 3', 'third = 3\nfirst = 1'),
  ],
  [
    'the order of imports',
    (at) => at.edit(run, 'import json\nimport os.path', 'import os.path\nimport json'),
  ],
  [
    'a name bound twice in one import',
    (at) => at.edit(run, 'import first, second', 'import first as second, second'),
  ],
  [
    'indentation that moves a statement',
    (at) => at.edit(core, '        return function', '    return function'),
  ],
  ['a module that now shadows another', (at) => at.write('stages/train/lib.py', 'core = None\n')],
  ['a declared file', (at) => at.edit('stages/train/notes.txt', 'A note', 'Notes')],
  ['a literal of bytes', (at) => at.edit(run, "'value'", "b'value'")],
  [
    'a file that no longer parses',
    (at) => {
      at.edit(helper, 'FACTOR = 2', 'FACTOR = = 2  # one');
    },
  ],
];

describe('code that is the same keeps its digest', () => {
  test.each(kept)('%s', async (_title, edit) => {
    const workspace = createPythonWorkspace();
    const before = await identify(workspace);
    edit(workspace);
    expect((await identify(workspace)).digest).toBe(before.digest);
  });
});

describe('code that is different has another digest', () => {
  test.each(changed)('%s', async (_title, edit) => {
    const workspace = createPythonWorkspace();
    const before = await identify(workspace);
    edit(workspace);
    expect((await identify(workspace)).digest).not.toBe(before.digest);
  });
});

test('the digest of a stage is a golden value', async () => {
  expect((await identify(createPythonWorkspace())).digest).toMatchInlineSnapshot(
    `"41d2fef6d06fa3adeb339cb9db74ca3829c42755fc51b18c547ddf2e02792bd2"`,
  );
});

test('a moved stage keeps its digest', async () => {
  const workspace = createPythonWorkspace();
  const before = await identify(workspace);
  workspace.move('stages/train', 'stages/deeper/learn');
  const after = await identify(workspace, 'stages/deeper/learn');
  expect(after.digest).toBe(before.digest);
  expect([after.entry, after.roots]).toEqual(['stages/deeper/learn/run.py', ['python']]);
});

test('a job gets the modules that are imported, as they are, and nothing else', async () => {
  const workspace = createPythonWorkspace();
  const { content } = await identify(workspace);
  expect(content.map(({ path }) => path).sort()).toEqual([
    'python/lib/__init__.py',
    'python/lib/core.py',
    'python/lib/lazy.py',
    'python/lib/parts/__init__.py',
    'python/lib/parts/second.py',
    'python/lib/plugin.py',
    'stages/train/helper.py',
    'stages/train/notes.txt',
    'stages/train/run.py',
  ]);
  for (const { path, bytes } of content) expect(Buffer.from(bytes).toString()).toBe(workspace.read(path));
});

test('a file that does not parse counts by its bytes, and its imports are still followed', async () => {
  const workspace = createPythonWorkspace();
  workspace.edit(run, 'LIMIT = 1_000', 'LIMIT = = 1_000');
  const before = await identify(workspace);
  expect(before.content.map(({ path }) => path)).toContain('python/lib/plugin.py');
  workspace.edit(run, '# Every row', '# Each row');
  expect((await identify(workspace)).digest).not.toBe(before.digest);
});

test('a star takes every module of a package along', async () => {
  const workspace = createPythonWorkspace();
  workspace.write('python/lib/parts/fourth.py', 'value = 4\n');
  workspace.edit(run, 'from lib.parts import first, second', 'from lib.parts import *');
  const { content } = await identify(workspace);
  expect(content.map(({ path }) => path)).toContain('python/lib/parts/fourth.py');
});

test('a namespace package has no file of its own and its modules count', async () => {
  const workspace = createPythonWorkspace();
  workspace.write('python/space/inner/leaf.py', 'value = 1\n');
  workspace.edit(run, 'import json', 'import json\nimport space.inner.leaf');
  expect((await identify(workspace)).content.map(({ path }) => path)).toContain('python/space/inner/leaf.py');
});

test('a missing entry is named', async () => {
  const workspace = createPythonWorkspace();
  workspace.move(run, 'stages/train/go.py');
  await expect(identify(workspace)).rejects.toMatchObject({
    code: 'code-missing',
    message: 'stages/train/run.py is part of a stage but cannot be read',
  });
});
