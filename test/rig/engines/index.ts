/**
 * Real container engines for tests: a docker daemon and a podman of their own, whose images, containers and sockets lie
 * in a temporary folder and leave the machine's network alone. In comes the base image that `.ci/prepare` makes; out
 * come the variables by which a command finds the engine. It takes for granted that `whyNot` was asked first: where an
 * engine cannot be had, a test is skipped with that reason.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type EngineName = 'docker' | 'podman';

/** What the engines know the base image by: a bare Debian with Python. */
export const baseImage = 'localhost/temper-base:bookworm';

/** Made by `.ci/prepare`: a file system, as `docker import` takes it. */
const baseArchive = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'temper-test',
  'base-bookworm.tar',
);

/** Why an engine cannot be started on this machine; undefined where it can. */
export function whyNot(name: EngineName): string | undefined {
  if (process.platform !== 'linux') return 'engines of tests are started on Linux only';
  if (process.getuid?.() !== 0) return 'only root may start an engine of its own';
  const programs = name === 'docker' ? ['dockerd', 'docker'] : ['podman', 'runc'];
  const missing = programs.filter((program) => which(program) === undefined);
  if (missing.length > 0) return `${missing.join(' and ')} is not installed; .ci/prepare installs it`;
  if (!existsSync(baseArchive)) return 'there is no base image; .ci/prepare makes it';
  return undefined;
}

export interface TestEngine {
  readonly name: EngineName;
  /** What a command is given to find this engine and no other. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its files lie, and the folder that a test may look at when something went wrong. */
  readonly folder: string;
}

/**
 * Starts an engine in a folder below `parent`, with the base image in it. Everything it needs to be found again is in the folder, so
 * that another process can stop it.
 */
export async function startEngine(name: EngineName, parent: string = tmpdir()): Promise<TestEngine> {
  const folder = await realpath(await mkdtemp(join(parent, `temper-${name}-`)));
  const engine = engineIn(name, folder);
  if (name === 'docker') await startDaemon(folder);
  else await installPodman(folder);
  await ask(engine, ['import', baseArchive, baseImage]);
  return engine;
}

/** The engine that was started in a folder. */
export function engineIn(name: EngineName, folder: string): TestEngine {
  const environment = {
    TEMPER_CONTAINER_ENGINE: name === 'docker' ? (which('docker') ?? 'docker') : join(folder, 'podman'),
    ...(name === 'docker' ? { DOCKER_HOST: `unix://${join(folder, 'docker.sock')}` } : {}),
  };
  return { name, folder, environment };
}

/** Speaks to an engine as a user would. */
export async function ask(engine: TestEngine, args: readonly string[]): Promise<string> {
  const command = engine.environment['TEMPER_CONTAINER_ENGINE'] ?? engine.name;
  const env = { ...process.env, ...engine.environment };
  const { stdout } = await run(command, [...args], { env, maxBuffer: 2 ** 26 });
  return stdout.trim();
}

/** Ends everything that runs in an engine, the engine itself, and its files. */
export async function stopEngine(engine: TestEngine): Promise<void> {
  const ids = (await ask(engine, ['ps', '--all', '--quiet'])).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await ask(engine, ['rm', '--force', ...ids]);
  if (engine.name === 'docker') await endDaemon(engine.folder, 'SIGTERM');
  else await ask(engine, ['system', 'prune', '--all', '--force']).catch(() => undefined);
  for (const mount of mountsBelow(engine.folder)) execFileSync('umount', ['--lazy', mount]);
  await rm(engine.folder, { recursive: true, force: true });
}

/**
 * Kills the daemon of docker as a power cut would, and its containerd, which dies with it; what runs in containers goes
 * on. Where nobody buries the dead, the number of the latter would be taken for a process that still serves.
 */
export async function killDaemon(folder: string): Promise<void> {
  await endDaemon(folder, 'SIGKILL');
  const file = join(folder, 'exec', 'containerd', 'containerd.pid');
  const pid = Number(readFileSync(file, 'utf8'));
  while (isThere(pid)) await pause(20);
  await rm(file);
}

/** Starts the daemon of docker, with flags that leave the machine's network as it is. */
export async function startDaemon(folder: string): Promise<void> {
  const place = (name: string): string => join(folder, name);
  const runtime = which('runc') ?? 'runc';
  const flags = [
    ...['--data-root', place('data'), '--exec-root', place('exec'), '--pidfile', place('docker.pid')],
    ...['-H', `unix://${place('docker.sock')}`, '--bridge=none', '--iptables=false', '--ip6tables=false'],
    ...['--ip-forward=false', '--live-restore', '--log-level', 'warn'],
    // What the toolkit of NVIDIA would configure, without what it would do.
    ...['--add-runtime', `nvidia=${runtime}`],
  ];
  await rm(place('docker.pid'), { force: true });
  const log = place('dockerd.log');
  await writeFile(log, '', { flag: 'a' });
  const daemon = spawn('/bin/sh', ['-c', 'exec "$0" "$@" >>"$LOG" 2>&1', 'dockerd', ...flags], {
    env: { ...process.env, LOG: log },
    stdio: 'ignore',
    detached: true,
  });
  daemon.unref();
  const engine = engineIn('docker', folder);
  while (!(await answers(engine))) {
    if (hasEnded(daemon)) throw new Error(`dockerd ended:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    await pause(50);
  }
}

async function endDaemon(folder: string, signal: NodeJS.Signals): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'docker.pid'), 'utf8'));
  process.kill(pid, signal);
  while (isThere(pid)) await pause(20);
}

/**
 * Podman has no daemon; where it keeps things is said by options, and so the command of this engine is a script. Its
 * containers get limits that a machine grants which may not raise its own.
 */
async function installPodman(folder: string): Promise<void> {
  const place = (name: string): string => join(folder, name);
  await writeFile(
    place('containers.conf'),
    [
      '[containers]',
      'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
      '[engine]',
      'runtime = "runc"',
      'cgroup_manager = "cgroupfs"',
      'events_logger = "file"',
      '',
    ].join('\n'),
  );
  const options = ['--root', place('root'), '--runroot', place('run'), '--tmpdir', place('tmp')];
  const script = `#!/bin/sh\nCONTAINERS_CONF='${place('containers.conf')}' exec ${which('podman') ?? 'podman'} ${options.join(' ')} "$@"\n`;
  await mkdir(place('tmp'), { recursive: true });
  await writeFile(place('podman'), script, { mode: 0o755 });
}

async function answers(engine: TestEngine): Promise<boolean> {
  return ask(engine, ['version']).then(
    () => true,
    () => false,
  );
}

function which(program: string): string | undefined {
  // The distribution's own first: its command line and its daemon are of one age.
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // The daemon is our child where we started it, and then a corpse until we have looked.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function mountsBelow(folder: string): readonly string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((mount) => mount.startsWith(`${folder}/`))
    .sort()
    .reverse();
}
