import { join } from 'node:path';
import { jobFiles } from '../folder/names.ts';
import type { JobRequest } from '../job.ts';
import type { Engine, EngineFacts } from './engine.ts';
import { gpuArguments } from './gpus.ts';

/** What a job's container is made of. */
export interface Surroundings {
  /** Image, by name or id. */
  readonly image: string;
  /** The interpreter and the launcher, as the container sees them. */
  readonly python: string;
  readonly launcher: string;
  /** What of this machine the container sees besides, read-only. Absolute paths. */
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

/** Where a container sees its job's folder: results hold no path of the machine that made them. */
export const jobFolder = '/job';

/**
 * A container may be started twice by two runners that both found it waiting; the mark is made by whoever comes first,
 * and the second start ends before anything ran.
 */
const gate = 'set -C; : >started && set +C && exec "$@" >>log/launcher 2>&1';

/**
 * Everything that `create` is told. The job gets its own folder to write to, what it reads is mounted over it
 * read-only, and all else is taken away: network, capabilities, further privileges, the root file system.
 */
export function createArguments(
  request: JobRequest,
  folder: string,
  surroundings: Surroundings,
  engine: Engine,
  facts: EngineFacts,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const { resources } = request;
  return [
    'create',
    ...['--name', containerName(request)],
    ...Object.entries(labels(request)).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(request.network === 'none' ? ['--network', 'none'] : []),
    ...confinement(engine, facts),
    ...['--stop-timeout', String(Math.ceil(request.graceSeconds) + 10)],
    ...resourceArguments(resources, engine, facts, environment),
    // By name alone: a value would stand in the command line, and in what `inspect` tells everybody.
    ...(request.secretNames.length > 0 ? ['--interactive'] : []),
    ...mounts(request, folder, surroundings.mounts),
    ...['--workdir', jobFolder, '--entrypoint', '/bin/sh', surroundings.image],
    ...['-c', gate, 'temper-gate', surroundings.python, surroundings.launcher, jobFolder],
    ...(request.secretNames.length > 0 ? ['--secrets-from-stdin'] : []),
  ];
}

/** What every container of ours does without: a root that it may write to, another user's rights, capabilities. */
export function confinement(engine: Engine, facts: EngineFacts): readonly string[] {
  return [
    ...['--pull', 'never', '--log-driver', 'none'],
    ...['--read-only', '--tmpfs', '/tmp:size=2g', '--shm-size', '1g'],
    ...userArguments(engine, facts),
    // Without the label SELinux would have to relabel the user's own folders to let a container read them.
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--security-opt', 'label=disable'],
    ...['--pids-limit', '4096'],
  ];
}

/** GPUs, and the memory that a container is held to. */
export function resourceArguments(
  { gpus, memory }: { readonly gpus: number; readonly memory: number | null },
  engine: Engine,
  facts: EngineFacts,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  return [
    ...(memory === null ? [] : ['--memory', String(memory), '--memory-swap', String(memory)]),
    ...(gpus > 0 ? gpuArguments(gpus, engine, facts, environment) : []),
  ];
}

export function containerName(request: Pick<JobRequest, 'jobId' | 'attempt'>): string {
  return `temper-${request.jobId}-${String(request.attempt)}`;
}

/** By these a job is found again when its runner is gone, and told from what is not ours. */
function labels(request: JobRequest): Readonly<Record<string, string>> {
  return {
    'temper.job': request.jobId,
    'temper.attempt': String(request.attempt),
    'temper.fingerprint': request.fingerprint,
    'temper.label': request.label,
    'temper.run': request.run,
    'temper.owner': request.owner,
  };
}

/** Outputs belong to whoever runs the job, also where the engine itself runs as that user. */
function userArguments(engine: Engine, facts: EngineFacts): readonly string[] {
  const user = `${String(process.getuid?.() ?? 0)}:${String(process.getgid?.() ?? 0)}`;
  if (!facts.rootless) return ['--user', user];
  // Rootless docker maps the user to the container's root; podman can keep the number.
  return engine.kind === 'podman' ? ['--userns', 'keep-id', '--user', user] : ['--user', '0:0'];
}

function mounts(request: JobRequest, folder: string, shared: Surroundings['mounts']): readonly string[] {
  const inside = (path: string): string => join(jobFolder, path);
  const read = [
    { from: join(folder, jobFiles.code), to: inside(jobFiles.code) },
    { from: join(folder, jobFiles.request), to: inside(jobFiles.request) },
    ...request.inputs.map(({ source, path }) => ({ from: source, to: inside(path) })),
    ...request.externals.flatMap((external) =>
      external.type === 'hub' ? [] : [{ from: external.source, to: inside(external.at) }],
    ),
    ...shared,
  ];
  return [
    ...bind(folder, jobFolder),
    // The folder of inputs holds links to places that the container does not have.
    ...['--mount', `type=tmpfs,dst=${inside(jobFiles.inputs)},tmpfs-mode=0755,tmpfs-size=1048576`],
    ...read.flatMap(({ from, to }) => bind(from, to, 'readonly')),
  ];
}

/** `--mount` and not `--volume`, which makes a folder, owned by root, of a source that is not there. */
export function bind(from: string, to: string, ...more: readonly string[]): readonly string[] {
  return ['--mount', ['type=bind', `src=${from}`, `dst=${to}`, ...more].map(field).join(',')];
}

/** The value of `--mount` is a line of comma-separated values. */
function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
