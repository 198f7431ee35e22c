import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { ownerLives, thisOwner } from '../process/identity.ts';
import { EnvironmentError } from './error.ts';
import { explainInstall, findUv, uvEnvironment } from './installer.ts';
import { findInterpreter, type Interpreter } from './interpreter.ts';

/** A Python environment to be had: what is in it, and what it is called by. */
export interface EnvironmentSpecification {
  readonly name: string;
  /** Of the normalised lock: two checkouts with the same lock share one environment. */
  readonly digest: string;
  /** The hash-locked list, absolute. */
  readonly lock: string;
  /** Such as `>=3.10 <3.14`. */
  readonly python: string;
}

export interface EnvironmentProgress {
  readonly name: string;
  readonly phase: string;
}

/** Makes Python environments and keeps them for all checkouts of a user. */
export interface EnvironmentManager {
  /** The environment's interpreter; built first where it is not there, or was left half-built. */
  ensure(specification: EnvironmentSpecification): Promise<{ readonly python: string }>;
  /** Whether it is there already. */
  isReady(specification: EnvironmentSpecification): boolean;
}

export function createEnvironmentManager(options: {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  onProgress(progress: EnvironmentProgress): void;
}): EnvironmentManager {
  const folderOf = ({ digest }: EnvironmentSpecification): string =>
    join(options.home, 'environments', digest);
  const markOf = (specification: EnvironmentSpecification): string =>
    join(folderOf(specification), 'complete.json');
  const isReady = (specification: EnvironmentSpecification): boolean => existsSync(markOf(specification));
  const building = new Map<string, Promise<void>>();

  const ensureBuilt = async (specification: EnvironmentSpecification): Promise<void> => {
    const lock = `${folderOf(specification)}.lock`;
    await mkdir(join(options.home, 'environments'), { recursive: true });
    for (let told = false; !isReady(specification);) {
      if (await takeLock(lock)) {
        try {
          if (!isReady(specification))
            await build(specification, folderOf(specification), markOf(specification), options);
        } finally {
          await rm(lock, { force: true });
        }
        return;
      }
      if (!told) options.onProgress({ name: specification.name, phase: 'another run is building it' });
      told = true;
      await pause(500);
    }
  };

  return {
    isReady,
    async ensure(specification) {
      if (!isReady(specification)) {
        const one = building.get(specification.digest) ?? ensureBuilt(specification);
        building.set(specification.digest, one);
        await one.finally(() => building.delete(specification.digest));
      }
      return { python: join(folderOf(specification), 'bin', 'python') };
    },
  };
}

/** Takes a lock file, or takes it over from an owner that is dead. */
async function takeLock(path: string): Promise<boolean> {
  const owner = await thisOwner();
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await readFile(path, 'utf8').catch(() => '');
  if (holder !== '' && (await ownerLives(holder)) === false) await rm(path, { force: true });
  return false;
}

/**
 * Builds in the final place, because a virtual environment writes its own path into its scripts; the mark is written
 * last, so that whatever is found without it was left half-made and is begun again.
 */
async function build(
  specification: EnvironmentSpecification,
  folder: string,
  mark: string,
  options: {
    readonly home: string;
    readonly environment: NodeJS.ProcessEnv;
    onProgress(progress: EnvironmentProgress): void;
  },
): Promise<void> {
  const started = performance.now();
  const say = (phase: string): void => {
    options.onProgress({ name: specification.name, phase });
  };
  const interpreter = await findInterpreter(specification.python, options.environment);
  await rm(folder, { recursive: true, force: true });
  const log = `${folder}.log`;
  await writeFile(log, '');
  say(`making it with Python ${interpreter.version}; once for all checkouts, some minutes`);
  const uv = await findUv(options.home, interpreter, options.environment);
  const packages = (await readFile(specification.lock, 'utf8'))
    .split('\n')
    .filter((line) => /^[A-Za-z0-9]/.test(line)).length;
  say(`installing ${String(packages)} packages ${uv === undefined ? 'with pip' : 'with uv'}`);
  if (uv === undefined) await buildWithPip(interpreter, folder, specification, log, options.environment);
  else await buildWithUv(uv, interpreter, folder, specification, log, options.environment);
  const listed = await execa(join(folder, 'bin', 'python'), ['-c', listPackages], { stdin: 'ignore' });
  const made = {
    name: specification.name,
    digest: specification.digest,
    python: interpreter.version,
    packages: JSON.parse(listed.stdout) as unknown,
  };
  await writeFile(`${mark}.part`, `${JSON.stringify(made, null, 2)}\n`, { flush: true });
  const { rename } = await import('node:fs/promises');
  await rename(`${mark}.part`, mark);
  say(`ready after ${String(Math.round((performance.now() - started) / 1000))} s`);
}

/** What was really installed, which a universal lock does not say. */
const listPackages =
  'import importlib.metadata as m, json; print(json.dumps({d.metadata["Name"]: d.version for d in sorted(m.distributions(), key=lambda d: d.metadata["Name"].lower())}))';

async function buildWithUv(
  uv: string,
  python: Interpreter,
  folder: string,
  specification: EnvironmentSpecification,
  log: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const env = await uvEnvironment(python, environment);
  await step(uv, ['venv', '--no-project', '--quiet', '--python', python.path, folder], env, log);
  await step(
    uv,
    [
      'pip',
      'install',
      '--no-deps',
      '--require-hashes',
      '--compile-bytecode',
      '--python',
      join(folder, 'bin', 'python'),
      '-r',
      specification.lock,
    ],
    env,
    log,
  );
}

async function buildWithPip(
  python: Interpreter,
  folder: string,
  specification: EnvironmentSpecification,
  log: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  await step(python.path, ['-m', 'venv', folder], environment, log);
  await step(
    join(folder, 'bin', 'python'),
    ['-m', 'pip', 'install', '--no-deps', '--require-hashes', '-r', specification.lock],
    environment,
    log,
  );
  await step(join(folder, 'bin', 'python'), ['-m', 'compileall', '-q', '-j', '0', folder], environment, log);
}

async function step(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<void> {
  const done = await execa(command, [...args], {
    env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  await appendFile(log, `$ ${done.command}\n${done.all}\n`);
  if (!done.failed) return;
  if (done.code === 'ENOENT') throw new EnvironmentError('environment-failed', `${command} does not run`);
  throw explainInstall(done.all, log);
}
