import { execa } from 'execa';
import type { Engine } from './engine.ts';
import { quietly, withoutPrefix } from './engine.ts';
import { EngineError } from './error.ts';

/** Speaks to one engine; every call is a command line of its own, so that nothing has to be kept. */
export interface Asker {
  readonly engine: Engine;
  /**
   * What the command line printed, which was started in `cwd` (default: where this process is).
   *
   * @throws EngineError with the engine's own last words.
   */
  ask(args: readonly string[], cwd?: string): Promise<string>;
}

export function createAsker(engine: Engine, environment: NodeJS.ProcessEnv): Asker {
  return {
    engine,
    async ask(args, cwd = process.cwd()) {
      const asked = await execa(engine.command, args, { ...quietly(environment), cwd, maxBuffer: 2 ** 26 });
      if (!asked.failed) return asked.stdout.trim();
      throw explain(engine, asked.stderr.trim() === '' ? String(asked.shortMessage) : asked.stderr.trim());
    },
  };
}

/** There is no container or image of that name: an answer, not a fault. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof EngineError && /no such (?:container|object|image)|image not known/i.test(error.message)
  );
}

export function isTaken(error: unknown): boolean {
  return error instanceof EngineError && /already in use/i.test(error.message);
}

/** Makes a sentence of an engine's words, and sorts them by who can act. */
export function explain(engine: Engine, words: string): EngineError {
  const said = withoutPrefix(
    words
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? 'it gave no reason',
  );
  const because = `${engine.kind} refused: ${said}`;
  if (
    /cannot connect to the docker daemon|permission denied while trying to connect|dial unix \S+ connect: connection refused/i.test(
      words,
    )
  )
    return new EngineError('engine-not-running', `${engine.kind} does not answer: ${said}`);
  if (/no space left on device/i.test(words))
    return new EngineError(
      'no-space',
      because,
      `free some: \`${engine.kind} system df\` shows what takes it`,
    );
  if (
    /could not select device driver|unresolvable cdi|nvidia-container|failed to inject devices/i.test(words)
  )
    return new EngineError(
      'not-enough-gpus',
      `${engine.kind} cannot hand a GPU to a container: ${said}`,
      'install the NVIDIA Container Toolkit; `temper doctor` shows what is there',
    );
  if (
    /no such image|image not known|did not resolve to an alias|manifest unknown|pull access denied/i.test(
      words,
    )
  )
    return new EngineError('image-missing', because);
  return new EngineError('engine-refused', because);
}
