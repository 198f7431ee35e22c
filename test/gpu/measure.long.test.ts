import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPython, withPython } from '@temper/trl-backend/testing';
import { beforeAll, expect, onTestFinished, test } from 'vitest';

const outfile = join(import.meta.dirname, 'dist/measure.mjs');
beforeAll(() => {
  const bundle = ['--bundle', '--platform=node', '--format=esm', '--conditions=@temper/source'];
  const entry = join(import.meta.dirname, 'measure.ts');
  execFileSync('npx', ['esbuild', entry, ...bundle, '--log-level=warning', `--outfile=${outfile}`]);
});

function measure(shape: 'tiny' | 'glm-4-9b') {
  const folder = mkdtempSync(join(tmpdir(), 'temper-gpu-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return spawnSync(process.execPath, [outfile, '--shape', shape, '--folder', folder], { encoding: 'utf8' });
}

test.skipIf(testPython === undefined)(`the GPU measurements run on a tiny shape${withPython}`, () => {
  const { status, stdout, stderr } = measure('tiny');
  expect(status, stderr).toBe(0);
  for (const what of ['training', 'plain TRL script', 'merge (streaming)', 'generation, 4 prompts at once'])
    expect(stdout).toContain(`| ${what} |`);
});

const refusal = testPython === undefined ? 'there is no Python environment' : whyNotHere();

test.skipIf(refusal !== undefined)(
  `the real shape keeps its bounds on a GPU${refusal === undefined ? '' : ` (skipped: ${refusal})`}`,
  () => {
    const { status, stdout, stderr } = measure('glm-4-9b');
    expect(stdout).not.toContain('MISSED');
    expect(status, stderr).toBe(0);
  },
);

/** Why this machine cannot measure the real shape; undefined where it can. */
function whyNotHere(): string | undefined {
  const asked = spawnSync('nvidia-smi', ['--query-gpu=memory.total', '--format=csv,noheader,nounits'], {
    encoding: 'utf8',
  });
  const mebibytes = asked.status === 0 ? asked.stdout.trim().split('\n').map(Number) : [];
  if (mebibytes.length === 0) return 'nvidia-smi lists no GPU';
  const largest = Math.max(...mebibytes);
  if (largest < 22_000) return `the largest GPU has ${String(largest)} MiB, and 22000 are needed`;
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < 60e9) return `${tmpdir()} has less than 60 GB free`;
  return undefined;
}
