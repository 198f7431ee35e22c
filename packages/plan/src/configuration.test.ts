import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfigurations } from './configuration.ts';

/** Reads the first of the given configurations of a pipeline called `p`. */
async function read(files: Readonly<Record<string, string>>) {
  const workspace = await mkdtemp(join(tmpdir(), 'temper-configuration-'));
  onTestFinished(() => rm(workspace, { recursive: true }));
  await mkdir(join(workspace, 'pipelines'));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(workspace, 'pipelines', `p.${name}.yaml`), text);
  const names = Object.keys(files);
  return readConfigurations(workspace, 'p', names[0] ?? 'none', names);
}

it('a configuration is steps with params, and settings', async () => {
  const [file] = await read({
    tiny: 'description: small\nbackend: local\nsteps:\n  train:\n    lora: { r: 4 }\n    rate: 5e-4\n',
  });
  expect(file).toMatchObject({
    file: 'pipelines/p.tiny.yaml',
    settings: { description: 'small', backend: 'local' },
    steps: [{ address: 'train', params: { lora: { r: 4 }, rate: 5e-4 } }],
  });
});

it('every param knows its line and column', async () => {
  const [file] = await read({ tiny: 'steps:\n  train:\n    lora: { r: 4 }\n    targets: [q, k]\n' });
  expect(file?.placeOf('train', ['lora', 'r'])).toMatchObject({ line: 3, column: 13 });
  expect(file?.placeOf('train', ['targets', 1])).toMatchObject({ line: 4, column: 18 });
  expect(file?.placeOf('train', [])).toMatchObject({ line: 2, column: 3 });
  expect(file?.placeOf('train', ['lora', 'alpha'])).toMatchObject({ line: 3, column: 5 });
});

it('what it extends comes first', async () => {
  const chain = await read({ tiny: 'extends: base\n', base: 'extends: root\n', root: '' });
  expect(chain.map(({ name }) => name)).toEqual(['root', 'base', 'tiny']);
});

it('an empty file and empty steps are configurations that change nothing', async () => {
  expect(await read({ tiny: '' })).toMatchObject([{ steps: [], settings: {} }]);
  expect(await read({ tiny: 'steps:\n' })).toMatchObject([{ steps: [] }]);
});

it('YAML 1.2 is spoken: `no` is a text, and so is 012 not octal', async () => {
  const [file] = await read({ tiny: 'steps: { train: { a: no, b: 012, c: 0x10, d: ~ } }\n' });
  expect(file?.steps[0]?.params).toEqual({ a: 'no', b: 12, c: 16, d: null });
});

describe('what is wrong is refused at its place', () => {
  it.each([
    ['an unknown key', 'steps: {}\nstep: {}\n', 'unknown-key', { line: 2, column: 1, length: 4 }],
    ['a key twice', 'steps:\n  a: {}\n  a: {}\n', 'broken-yaml', { line: 3, column: 3, length: 1 }],
    ['a bracket that is never closed', 'steps: [\n\n', 'broken-yaml', { line: 1, column: 8 }],
    ['YAML that does not parse', 'steps:\n  a: }\n', 'broken-yaml', { line: 2, column: 6 }],
    ['a list', '- a\n', 'broken-yaml', { line: 1 }],
    ['a text as description of a wrong type', 'description: [a]\n', 'wrong-type', { line: 1, column: 14 }],
    ['steps that are no map', 'steps: [train]\n', 'wrong-type', { line: 1, column: 8 }],
    ['params that are no map', 'steps:\n  train: 5\n', 'wrong-type', { line: 2, column: 10 }],
    ['an alias', 'steps:\n  a: &x { r: 1 }\n  b: *x\n', 'yaml-anchor', { line: 2 }],
    ['a tag', 'steps:\n  a: { r: !!set { 1 } }\n', 'yaml-tag', { line: 2 }],
    ['an unknown tracking key', 'tracking: { mod: online }\n', 'unknown-key', { line: 1, column: 11 }],
    ['an unknown tracking mode', 'tracking: { mode: onlin }\n', 'wrong-type', { line: 1, column: 11 }],
    ['a missing parent', 'extends: bsae\n', 'unknown-configuration', { line: 1, column: 10, length: 4 }],
  ])('%s', async (_, text, code, where) => {
    await expect(read({ tiny: text })).rejects.toMatchObject({ code, where });
  });

  it('a merge key is only a key, and no step', async () => {
    await expect(read({ tiny: 'steps:\n  <<: { r: 1 }\n' })).resolves.toMatchObject([
      { steps: [{ address: '<<' }] },
    ]);
  });

  it('configurations that extend each other', async () => {
    await expect(read({ a: 'extends: b\n', b: 'extends: a\n' })).rejects.toMatchObject({
      code: 'configuration-cycle',
      message: 'the configurations extend each other: a → b → a',
    });
  });
});
