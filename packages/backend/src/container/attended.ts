import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { bind, confinement, resourceArguments, type Surroundings } from './arguments.ts';
import { quietly, type Engine, type EngineFacts } from './engine.ts';

/** A program that somebody talks to, and that is gone when they are. */
export interface Attended {
  /** The engine's command line: its pipes are the program's. */
  readonly child: ChildProcess;
  /** Ends the program, whatever it is doing. */
  kill(): Promise<void>;
}

/**
 * Starts Python in a container of which nothing stays: confined as a job's is, with nothing to write to at all. What it is
 * to read is seen at its own place.
 */
export function attendInContainer(options: {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  readonly surroundings: Surroundings;
  /** What follows the interpreter. */
  readonly args: readonly string[];
  /** Absolute folders that it reads. */
  readonly reads: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly gpus: number;
  readonly memory: number | null;
  readonly environment: NodeJS.ProcessEnv;
}): Attended {
  const { engine, facts, surroundings, environment } = options;
  const name = `temper-attended-${randomUUID()}`;
  const mounts = [...surroundings.mounts, ...options.reads.map((folder) => ({ from: folder, to: folder }))];
  const child = spawn(
    engine.command,
    [
      ...['run', '--rm', '--interactive', '--name', name, '--network', 'none'],
      ...confinement(engine, facts),
      ...resourceArguments(options, engine, facts, environment),
      ...Object.entries(options.variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...mounts.flatMap(({ from, to }) => bind(from, to, 'readonly')),
      ...['--entrypoint', surroundings.python, surroundings.image, ...options.args],
    ],
    // A group of its own: Ctrl-C is for the one who talks to the person.
    // Started where a file that podman's monitor leaves when the memory ran out disturbs nobody.
    { stdio: ['pipe', 'pipe', 'pipe'], cwd: tmpdir(), detached: true, env: environment },
  );
  return {
    child,
    async kill() {
      // The command line would leave the container to itself.
      await execa(engine.command, ['rm', '--force', name], quietly(environment));
      child.kill('SIGKILL');
    },
  };
}
