import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Scenario } from '../scenarios.ts';
import { testKey } from '../support/rig.ts';

/** A Python that imports swanlab 0.10.3, made by test/setup/official-swanlab.ts; where it cannot be, the tests are skipped. */
export const python = process.env['TEMPER_SWANLAB_PYTHON'];
export const withoutPython = python === undefined;
export const reason = process.env['TEMPER_SWANLAB_ABSENT'] ?? 'no Python imports swanlab 0.10.3';

const run = promisify(execFile);

/** Turned off: what the official client says about its machine and itself. */
function environment(apiHost: string, folder: string): NodeJS.ProcessEnv {
  const probes = ['HARDWARE', 'REQUIREMENTS', 'GIT', 'MONITOR', 'CONDA'];
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    PYTHONUNBUFFERED: '1',
    SWANLAB_API_KEY: testKey,
    SWANLAB_API_HOST: apiHost,
    SWANLAB_ROOT: join(folder, 'home'),
    SWANLAB_LOG_DIR: join(folder, 'swanlog'),
    SWANLAB_TERMINAL_PROXY_TYPE: 'none',
    ...Object.fromEntries(probes.map((name) => [`SWANLAB_PROBE_${name}`, 'false'] as const)),
  };
}

const script = (name: string) => join(import.meta.dirname, name);

/** Lets the official client do the scenario. Ends the process after `limit` milliseconds. */
export async function driveOfficial(
  scenario: Scenario,
  apiHost: string,
  folder: string,
  limit = 120_000,
): Promise<void> {
  const job = join(folder, `${scenario.id}.json`);
  writeFileSync(job, JSON.stringify(scenario));
  await run(python as string, [script('driver.py'), job], {
    cwd: folder,
    env: environment(apiHost, folder),
    timeout: limit,
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** The real `swanlab sync`. */
export async function syncOfficial(
  runFolder: string,
  apiHost: string,
  folder: string,
  extra: readonly string[] = [],
): Promise<string> {
  const command = join(dirname(python as string), 'swanlab');
  const { stdout, stderr } = await run(command, ['sync', ...extra, runFolder], {
    cwd: folder,
    env: environment(apiHost, folder),
    timeout: 120_000,
  });
  return stdout + stderr;
}

/** Runs one of the scripts beside this file, and answers what it printed. */
export async function runScript(
  name: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<string> {
  const { input = '', ...around } = options;
  const child = spawn(python as string, [script(name), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...around,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  // A script that reads nothing may have closed its input before this arrives; what counts is how it ends.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}`);
  return Buffer.concat(output).toString('utf8');
}
