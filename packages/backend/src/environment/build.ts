import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { writeDurably } from '../folder/durable.ts';
import { killMarked } from '../process/leftovers.ts';
import { EnvironmentError } from './error.ts';
import { explainInstall, withoutCredentials } from './explain.ts';
import { findInterpreter, type Interpreter } from './interpreter.ts';
import { uvEnvironment } from './pip-settings.ts';
import { findUv, type Uv } from './uv.ts';

export interface Build {
  readonly name: string;
  readonly digest: string;
  readonly lock: string;
  readonly python: string;
  /** Where the environment is to be. Absolute. */
  readonly folder: string;
  /** Written last: without it the folder is half-made. */
  readonly mark: string;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  say(phase: string): void;
}

/** Every process of a build has it, so that those of a build whose runner was killed are found. */
const buildMark = 'TEMPER_ENVIRONMENT';

/**
 * Builds an environment in its final place, because a virtual environment writes its own path into its scripts and into
 * its bytecode; the mark is written last, so that what is found without it is begun again. The caller holds the lock.
 */
export async function buildEnvironment(build: Build): Promise<void> {
  const started = performance.now();
  const interpreter = await findInterpreter(build.python, build.environment);
  // An installer whose runner was killed goes on by itself, and would write into what we make.
  await killMarked(buildMark, build.folder);
  await rm(build.folder, { recursive: true, force: true });
  const log = `${build.folder}.log`;
  await writeFile(log, '');
  build.say(`making it with Python ${interpreter.version}; once for all checkouts, some minutes`);
  const uv = await findUv(build.home, interpreter, build.environment);
  const count = (await readFile(build.lock, 'utf8'))
    .split('\n')
    .filter((line) => /^[A-Za-z0-9]/.test(line)).length;
  build.say(`installing ${count} packages with ${uv === undefined ? 'pip' : `uv ${uv.version}`}`);
  if (uv === undefined) await withPip(build, interpreter, log);
  else await withUv(build, uv, interpreter, log);
  const listed = await execa(join(build.folder, 'bin', 'python'), ['-c', listPackages], { stdin: 'ignore' });
  const made = {
    name: build.name,
    digest: build.digest,
    python: interpreter.version,
    installer: uv === undefined ? 'pip' : `uv ${uv.version}`,
    packages: JSON.parse(listed.stdout) as unknown,
  };
  writeDurably(build.mark, `${JSON.stringify(made, null, 2)}\n`);
  build.say(`ready after ${Math.round((performance.now() - started) / 1000)} s`);
}

/** What was really installed, which a universal lock does not say. */
const listPackages = [
  'import importlib.metadata as m, json',
  'found = sorted(m.distributions(), key=lambda d: d.metadata["Name"].lower())',
  'print(json.dumps({d.metadata["Name"]: d.version for d in found}))',
].join('\n');

async function withUv(build: Build, uv: Uv, python: Interpreter, log: string): Promise<void> {
  const environment = await uvEnvironment(python, build.environment);
  await step(
    build,
    [uv.path, 'venv', '--no-project', '--quiet', '--python', python.path, build.folder],
    environment,
    log,
  );
  const into = ['--python', join(build.folder, 'bin', 'python')];
  const flags = ['--no-deps', '--require-hashes', '--compile-bytecode', ...noIndex(environment)];
  await step(build, [uv.path, 'pip', 'install', ...flags, ...into, '-r', build.lock], environment, log);
}

async function withPip(build: Build, python: Interpreter, log: string): Promise<void> {
  const own = join(build.folder, 'bin', 'python');
  const flags = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--no-compile'];
  await step(build, [python.path, '-m', 'venv', build.folder], build.environment, log);
  await step(build, [own, '-m', 'pip', 'install', ...flags, '-r', build.lock], build.environment, log);
  build.say('compiling');
  await step(
    build,
    [own, '-m', 'compileall', '-q', '-j', '0', join(build.folder, 'lib')],
    build.environment,
    log,
  );
}

/** uv has no variable for it. */
function noIndex(environment: NodeJS.ProcessEnv): readonly string[] {
  return /^(?:1|true|yes|on)$/i.test(environment['PIP_NO_INDEX'] ?? '') ? ['--no-index'] : [];
}

async function step(
  build: Build,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  log: string,
): Promise<void> {
  const [program = '', ...args] = command;
  await appendFile(log, `$ ${withoutCredentials(command.join(' '))}\n`);
  const running = execa(program, args, {
    // Not in the user's project, whose settings are for that project.
    cwd: dirname(build.folder),
    env: { ...environment, [buildMark]: build.folder },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    ...(build.signal === undefined ? {} : { cancelSignal: build.signal, forceKillAfterDelay: 5000 }),
  });
  // Listened to from here on, with no wait before: lines that come earlier would be missed.
  for await (const line of running.iterable({ from: 'all' })) {
    await appendFile(log, `${withoutCredentials(line)}\n`);
    const phase = phaseOf(line);
    if (phase !== undefined) build.say(phase);
  }
  const done = await running;
  if (!done.failed) return;
  if (done.isCanceled) {
    const message = 'making the Python environment was interrupted';
    throw new EnvironmentError('environment-failed', message, 'the next run begins it again');
  }
  throw explainInstall(withoutCredentials(done.all === '' ? String(done.shortMessage) : done.all), log);
}

/** What a line of uv's means for somebody who waits: the large packages by name, then linking and compiling. */
export function phaseOf(line: string): string | undefined {
  const [, name, size] = /^Downloading (\S+) \((\d+(?:\.\d+)?)MiB\)/.exec(line.trim()) ?? [];
  if (name !== undefined && Number(size) >= 100)
    return `downloading ${name} (${Math.round(Number(size))} MiB)`;
  const [, prepared] = /^Prepared (\d+) packages?/.exec(line) ?? [];
  if (prepared !== undefined) return `${prepared} packages are here; unpacking`;
  return /^Installed \d+ packages?/.test(line) ? 'compiling' : undefined;
}
