import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findInterpreter } from './interpreter.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'temper-python-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const wanted = '>=3.10 <3.14';

async function put(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const answers = (version: string): string => `echo "$0"; echo ${version}`;

it('the newest Python on PATH that satisfies the constraint is taken', async () => {
  await put('python3.10', answers('3.10.4'));
  const path = await put('python3.12', answers('3.12.1'));
  await put('python3', answers('3.14.0'));
  expect(await findInterpreter(wanted, { PATH: folder })).toEqual({ path, version: '3.12.1' });
});

it('a shim for a version that is not installed is passed over', async () => {
  await put('python3.13', 'echo "pyenv: python3.13: command not found" >&2; exit 127');
  const path = await put('python3', answers('3.11.7'));
  expect(await findInterpreter(wanted, { PATH: folder })).toEqual({ path, version: '3.11.7' });
});

it('the one that TEMPER_PYTHON names is taken, or nothing', async () => {
  await put('python3', answers('3.11.7'));
  const old = await put('old', answers('3.9.2'));
  await expect(findInterpreter(wanted, { PATH: folder, TEMPER_PYTHON: old })).rejects.toMatchObject({
    reason: 'python-too-old',
    message: `Temper’s Python stages need Python >=3.10, <3.14, and there is only ${old} (3.9.2)`,
  });
});

it('without any Python the message says what is needed and how to get it', async () => {
  await expect(findInterpreter(wanted, { PATH: folder })).rejects.toMatchObject({
    reason: 'python-missing',
    message: 'Temper’s Python stages need Python >=3.10, <3.14, and there is none on PATH',
    hint: expect.stringContaining('TEMPER_PYTHON') as unknown,
  });
});
