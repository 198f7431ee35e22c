import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Interpreter } from './interpreter.ts';
import { oldestUv, uvPin } from './uv-pin.ts';
import { compareVersions } from './version.ts';

export interface Uv {
  readonly path: string;
  readonly version: string;
}

/**
 * Finds uv on PATH, else installs the pinned one below the home, from the index that pip is set up for.
 *
 * @returns undefined where it cannot be had, and pip has to do.
 */
export async function findUv(
  home: string,
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<Uv | undefined> {
  const onPath = await ask('uv', environment);
  if (onPath !== undefined && compareVersions(onPath.version, oldestUv) >= 0) return onPath;
  return ask(await findPinnedUv(home, python, environment), environment);
}

/** The pinned uv, installed first where it is not there: a program file, while `uv` on PATH may be a version manager's. */
export async function findPinnedUv(
  home: string,
  python: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const uv = join(home, 'tools', `uv-${uvPin.version}`, 'bin', 'uv');
  if (!existsSync(uv)) await install(join(home, 'tools'), python, environment);
  return uv;
}

/** A shim of a version manager may be on PATH for a tool that is not installed: only an answer counts. */
async function ask(path: string, environment: NodeJS.ProcessEnv): Promise<Uv | undefined> {
  const asked = await execa(path, ['--version'], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const version = asked.failed ? undefined : /^uv (\d+\.\d+\.\d+)/.exec(asked.stdout)?.[1];
  return version === undefined ? undefined : { path, version };
}

async function install(tools: string, python: Interpreter, environment: NodeJS.ProcessEnv): Promise<void> {
  const folder = join(tools, `uv-${uvPin.version}`);
  const growing = `${folder}.${process.pid}`;
  const list = `${growing}.txt`;
  await mkdir(tools, { recursive: true });
  await writeFile(
    list,
    `uv==${uvPin.version} ${uvPin.sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`,
  );
  const only = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  const args = ['-m', 'pip', 'install', ...only, '--target', growing, '-r', list];
  await execa(python.path, args, { env: environment, extendEnv: false, reject: false, stdin: 'ignore' });
  // Another run may have been quicker; then ours is thrown away.
  await rename(growing, folder).catch(() => undefined);
  await rm(growing, { recursive: true, force: true });
  await rm(list, { force: true });
}
