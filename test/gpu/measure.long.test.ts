import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPython, withPython } from '@temper/trl-backend/testing';
import { expect, test } from 'vitest';

test.skipIf(testPython === undefined)(`the GPU measurements run on a tiny shape${withPython}`, () => {
  const outfile = join(import.meta.dirname, 'dist/measure.mjs');
  const bundle = ['--bundle', '--platform=node', '--format=esm', '--conditions=@temper/source'];
  const entry = join(import.meta.dirname, 'measure.ts');
  execFileSync('npx', ['esbuild', entry, ...bundle, '--log-level=warning', `--outfile=${outfile}`]);
  const folder = mkdtempSync(join(tmpdir(), 'temper-gpu-'));
  try {
    const table = execFileSync(process.execPath, [outfile, '--shape', 'tiny', '--folder', folder], {
      encoding: 'utf8',
    });
    for (const what of ['training', 'plain TRL script', 'merge (streaming)', 'generation, 4 prompts at once'])
      expect(table).toContain(`| ${what} |`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
