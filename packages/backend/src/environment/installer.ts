import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError } from './error.ts';
import type { Interpreter } from './interpreter.ts';

/** The version that is installed where there is none; also the oldest that is taken from PATH. */
const uvVersion = '0.13.9';

/**
 * Finds uv on PATH, else installs it from the registry that pip is set up for, below the home.
 *
 * @returns its path, or undefined where it cannot be had and pip has to do.
 */
export async function findUv(
  home: string,
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const onPath = await execa('uv', ['--version'], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  if (!onPath.failed && /^uv \d/.test(onPath.stdout)) return 'uv';
  const folder = join(home, 'tools', `uv-${uvVersion}`);
  const uv = join(folder, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  const growing = `${folder}.${String(process.pid)}`;
  await mkdir(join(home, 'tools'), { recursive: true });
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--target',
    growing,
    `uv==${uvVersion}`,
  ];
  const installed = await execa(python.path, args, {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  try {
    if (installed.failed || !existsSync(join(growing, 'bin', 'uv'))) return undefined;
    await rename(growing, folder).catch(() => undefined);
    return existsSync(uv) ? uv : undefined;
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
}

/**
 * The variables uv runs with: the user's own, with pip's index where uv was told of none, and the system's certificates
 * (uv brings its own, which do not know a company's proxy).
 */
export async function uvEnvironment(
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const settings: NodeJS.ProcessEnv = { ...environment };
  const index = environment['PIP_INDEX_URL'] ?? (await pipSetting(python, 'global.index-url', environment));
  const extra =
    environment['PIP_EXTRA_INDEX_URL'] ?? (await pipSetting(python, 'global.extra-index-url', environment));
  if (
    settings['UV_INDEX_URL'] === undefined &&
    settings['UV_DEFAULT_INDEX'] === undefined &&
    index !== undefined
  )
    settings['UV_DEFAULT_INDEX'] = index;
  if (settings['UV_INDEX'] === undefined && extra !== undefined) settings['UV_INDEX'] = extra;
  if (settings['SSL_CERT_FILE'] === undefined) {
    const bundle = [
      '/etc/ssl/certs/ca-certificates.crt',
      '/etc/pki/tls/certs/ca-bundle.crt',
      '/etc/ssl/cert.pem',
    ].find(existsSync);
    if (bundle !== undefined) settings['SSL_CERT_FILE'] = bundle;
  }
  // A virtual environment of the user's that is active would be taken for the one to install into.
  delete settings['VIRTUAL_ENV'];
  delete settings['PYTHONPATH'];
  delete settings['PYTHONHOME'];
  return settings;
}

async function pipSetting(
  python: Interpreter,
  name: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const asked = await execa(python.path, ['-m', 'pip', 'config', 'get', name], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const value = asked.failed ? '' : asked.stdout.trim();
  return value === '' ? undefined : value;
}

/** Turns the words of uv or pip into a reason. */
export function explainInstall(output: string, log: string): EnvironmentError {
  const last = output
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' · ')
    .slice(0, 400);
  if (/No space left on device|ENOSPC|os error 28/.test(output)) {
    return new EnvironmentError(
      'no-space',
      'there is no space left for the Python environment (it takes 5 GB)',
      `free some, or move it with TEMPER_HOME; log: ${log}`,
    );
  }
  if (
    /[Ff]ailed to (fetch|connect)|Could not connect|dns error|error sending request|Connection refused|Network is unreachable|Temporary failure in name resolution|timed out|No matching distribution|ConnectionError|ProxyError/.test(
      output,
    )
  ) {
    return new EnvironmentError(
      'registry-unreachable',
      `the Python packages could not be fetched: ${last}`,
      `check the network, or name a mirror with PIP_INDEX_URL; log: ${log}`,
    );
  }
  return new EnvironmentError(
    'environment-failed',
    `the Python environment could not be built: ${last}`,
    `read the log and run again: ${log}`,
  );
}
