/**
 * Python environments for tests, in the place and by the code by which a user's first run builds one, so that whichever
 * comes first spares the other the wait.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createEnvironmentManager } from '@temper/backend';
import { environmentIdentity } from '@temper/fingerprint';

export interface TestEnvironment {
  readonly name: string;
  /** Absolute path of its lock file. */
  readonly lock: string;
  /** Which versions of Python serve. */
  readonly python: string;
}

/** The path of its Python. Rejects with an EnvironmentError where it cannot be had. */
export async function ensureEnvironment({ name, lock, python }: TestEnvironment): Promise<string> {
  const { env } = process;
  const environments = createEnvironmentManager({
    home: env['TEMPER_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper'),
    environment: env,
    onProgress: ({ name: of, phase }) => {
      console.error(`environment ${of}: ${phase}`);
    },
  });
  const digest = environmentIdentity(await readFile(lock, 'utf8'));
  return (await environments.ensure({ name, digest, lock, python })).python;
}
