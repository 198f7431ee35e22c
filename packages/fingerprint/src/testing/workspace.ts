import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const fixture = fileURLToPath(new URL('../../../../test/fixtures/fingerprint/workspace', import.meta.url));

/** A copy of the fixture workspace that a test may edit, with its packages installed. */
export interface TestWorkspace {
  readonly path: string;
  /** Replaces a text that must be there, everywhere in the file. */
  edit(file: string, from: string, to: string): void;
  write(file: string, text: string): void;
  read(file: string): string;
  move(from: string, to: string): void;
}

export function createWorkspace(): TestWorkspace {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'temper-fingerprint-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  cpSync(fixture, path, { recursive: true });
  for (const name of ['leaf', 'branch']) {
    const folder = join(path, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', main: 'index.js' }));
    writeFileSync(join(folder, 'index.js'), `export const ${name} = (value) => String(value);\n`);
  }
  mkdirSync(join(path, 'node_modules', '@own'));
  symlinkSync('../../packages/tools', join(path, 'node_modules', '@own', 'tools'));

  const workspace: TestWorkspace = {
    path,
    read: (file) => readFileSync(join(path, file), 'utf8'),
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    edit(file, from, to) {
      const text = workspace.read(file);
      if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
      workspace.write(file, text.replaceAll(from, to));
    },
    move(from, to) {
      mkdirSync(dirname(join(path, to)), { recursive: true });
      renameSync(join(path, from), join(path, to));
    },
  };
  return workspace;
}
