import { execa } from 'execa';
import { EngineError } from './error.ts';

export type EngineKind = 'docker' | 'podman';

/** An engine's command line that answers; whether its engine does is `askEngine`'s question. */
export interface Engine {
  readonly kind: EngineKind;
  /** A name on PATH, or a path. */
  readonly command: string;
  /** Of the command line. */
  readonly version: string;
}

/** What an engine says of itself. */
export interface EngineFacts {
  readonly version: string;
  /** Whether containers run as an ordinary user. */
  readonly rootless: boolean;
  readonly cgroups: '1' | '2';
  /** Whether it can hold a container to a memory limit. */
  readonly limitsMemory: boolean;
  /** Bytes of the engine's machine. */
  readonly memory: number;
  /** Runtimes by name; `nvidia` is how docker is told of GPUs. */
  readonly runtimes: readonly string[];
  /** Where images and containers lie, which is where they take space. */
  readonly root: string;
}

const kinds: readonly EngineKind[] = ['docker', 'podman'];

/**
 * Finds the engine: the one TEMPER_CONTAINER_ENGINE or a configuration names (`docker`, `podman`, or the path of
 * either), else docker, else podman, whichever answers first.
 *
 * @throws EngineError `engine-missing`, or `engine-not-running` when there is one that does not answer.
 */
export async function findEngine(
  environment: NodeJS.ProcessEnv,
  wanted: string | undefined = environment['TEMPER_CONTAINER_ENGINE'],
): Promise<{ readonly engine: Engine; readonly facts: EngineFacts }> {
  if (wanted !== undefined) {
    const engine = await findCommand(wanted, environment);
    if (engine === undefined)
      throw new EngineError(
        'engine-missing',
        `the container engine \`${wanted}\` is neither docker nor podman, or does not run`,
        'TEMPER_CONTAINER_ENGINE and `container.engine` take `docker`, `podman`, or the path of either',
      );
    return { engine, facts: await askEngine(engine, environment) };
  }
  let refusal: unknown;
  for (const kind of kinds) {
    const engine = await findCommand(kind, environment);
    if (engine === undefined) continue;
    try {
      return { engine, facts: await askEngine(engine, environment) };
    } catch (error) {
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal as Error;
  throw new EngineError(
    'engine-missing',
    'there is neither docker nor podman on PATH',
    'install one of them, or use `--backend local`',
  );
}

/** A command line of docker or podman by its answer, not by its name: `docker` may be podman's stand-in. */
export async function findCommand(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<Engine | undefined> {
  const asked = await execa(command, ['--version'], quietly(environment));
  if (asked.failed) return undefined;
  const [, name, version] = /\b(docker|podman) version (\d+(?:\.\d+)*)/i.exec(asked.stdout) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { kind: name.toLowerCase() as EngineKind, command, version };
}

/**
 * Asks an engine for what it can do.
 *
 * @throws EngineError `engine-not-running`
 */
export async function askEngine(engine: Engine, environment: NodeJS.ProcessEnv): Promise<EngineFacts> {
  const format = engine.kind === 'docker' ? '{{json .}}' : 'json';
  const asked = await execa(engine.command, ['info', '--format', format], quietly(environment));
  const said = asked.stderr.trim().split('\n').at(-1) ?? '';
  // Docker's command line answers for itself even when nobody else does.
  if (asked.failed || /cannot connect|permission denied/i.test(said)) throw notRunning(engine, said);
  const facts = engine.kind === 'docker' ? dockerFacts(asked.stdout) : podmanFacts(asked.stdout);
  if (facts === undefined) throw notRunning(engine, said);
  return facts;
}

function notRunning({ kind }: Engine, said: string): EngineError {
  return new EngineError(
    'engine-not-running',
    `${kind} is installed and does not answer${said === '' ? '' : `: ${withoutPrefix(said)}`}`,
    kind === 'docker'
      ? 'start it (`sudo systemctl start docker`, or Docker Desktop), and see that this user may speak to it (group `docker`)'
      : 'see what `podman info` says; a virtual machine is started by `podman machine start`',
  );
}

/** `Error: `, `ERROR: ` and `errors pretty printing info` say nothing that the sentence around them does not. */
export function withoutPrefix(line: string): string {
  return line.replace(/^(?:error response from daemon|error): /i, '');
}

function dockerFacts(text: string): EngineFacts | undefined {
  const info = JSON.parse(text) as {
    readonly ServerVersion?: string;
    readonly SecurityOptions?: readonly string[] | null;
    readonly CgroupVersion?: string;
    readonly MemoryLimit?: boolean;
    readonly MemTotal?: number;
    readonly Runtimes?: Readonly<Record<string, unknown>> | null;
    readonly DockerRootDir?: string;
  };
  if (!info.ServerVersion) return undefined;
  return {
    version: info.ServerVersion,
    rootless: (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless')),
    cgroups: info.CgroupVersion === '2' ? '2' : '1',
    limitsMemory: info.MemoryLimit === true,
    memory: info.MemTotal ?? 0,
    runtimes: Object.keys(info.Runtimes ?? {}),
    root: info.DockerRootDir ?? '/var/lib/docker',
  };
}

function podmanFacts(text: string): EngineFacts {
  const { host, store, version } = JSON.parse(text) as {
    readonly host: {
      readonly cgroupVersion?: string;
      readonly cgroupControllers?: readonly string[] | null;
      readonly memTotal?: number;
      readonly security?: { readonly rootless?: boolean };
      readonly ociRuntime?: { readonly name?: string };
    };
    readonly store: { readonly graphRoot: string };
    readonly version?: { readonly Version?: string };
  };
  const rootless = host.security?.rootless === true;
  const cgroups = host.cgroupVersion === 'v2' ? '2' : '1';
  return {
    version: version?.Version ?? '',
    rootless,
    cgroups,
    // Rootless on version 1 takes a limit, prints a warning, and ignores it; on version 2 the controller must be delegated.
    limitsMemory: rootless
      ? cgroups === '2' && (host.cgroupControllers ?? []).includes('memory')
      : (host.cgroupControllers ?? ['memory']).includes('memory'),
    memory: host.memTotal ?? 0,
    runtimes: [host.ociRuntime?.name ?? ''],
    root: store.graphRoot,
  };
}

/** How every question to an engine is asked: with the user's own variables, and never waiting for an answer to ours. */
export function quietly(environment: NodeJS.ProcessEnv) {
  return { env: environment, extendEnv: false, reject: false, stdin: 'ignore' } as const;
}
