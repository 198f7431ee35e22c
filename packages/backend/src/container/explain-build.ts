import { explainInstall } from '../environment/explain.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './error.ts';

/** That a command of the recipe failed, in the words of docker 20.10, of docker with buildx, and of podman. */
const saidByEngine =
  /^(?:ERROR: |Error: )?(?:executor failed running |(?:failed to solve: )?process ".*" did not complete|building at STEP )|^-+$|^ > \[/;

/** Makes a sentence of what a build printed before it failed. */
export function explainBuild(engine: Engine, base: string, output: string, log: string): EngineError {
  if (/buildx component is missing|buildkit is enabled but/i.test(output)) {
    return new EngineError(
      'image-failed',
      `${engine.kind} ${engine.version} cannot build images here: it lacks its component buildx`,
      'install it (`apt install docker-buildx`, or the package `docker-buildx-plugin`)',
    );
  }
  if (/no space left on device/i.test(output)) {
    return new EngineError(
      'no-space',
      `there is no space left for the image, which takes about 5 GB`,
      `free some: \`${engine.kind} system df\` shows what takes it; log: ${log}`,
    );
  }
  if (
    /pull access denied|manifest (?:for .* not found|unknown)|did not resolve to an alias|no such image|failed to resolve (?:source metadata|reference)/i.test(
      output,
    )
  ) {
    return new EngineError(
      'image-missing',
      `the base image ${base} is not on this machine and could not be pulled`,
      `name one that is there with \`container.base\` or TEMPER_CONTAINER_BASE; log: ${log}`,
    );
  }
  if (/python3?: (?:not found|No such file)|No interpreter found|No Python at/i.test(output)) {
    return new EngineError(
      'image-failed',
      `the base image ${base} has no Python of 3.10 to 3.13`,
      `choose another with \`container.base\`; log: ${log}`,
    );
  }
  // What is left is an installer's complaint, which is the same in and out of a container.
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^#\d+ (?:[\d.]+ )?/, ''))
    .filter((line) => !saidByEngine.test(line));
  const { message, hint, reason } = explainInstall(lines.join('\n'), log);
  return new EngineError(
    reason === 'environment-failed' ? 'image-failed' : reason,
    `the image could not be built: ${message.replace(/^the Python environment could not be built: /, '')}`,
    hint,
  );
}
