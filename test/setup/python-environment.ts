/**
 * Prepares what Python tests run in: the environment that a user's first run would build, in the same place, so that
 * whichever comes first spares the other the wait. Where no Python can be had, the tests say so and are skipped.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironmentManager, EnvironmentError } from '@temper/backend';
import { environmentIdentity } from '@temper/fingerprint';
import { trl } from '@temper/trl-backend';

export default async function setup(): Promise<void> {
  const { env } = process;
  if (env['TEMPER_TEST_PYTHON'] !== undefined) return;
  const home = env['TEMPER_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper');
  const lock = fileURLToPath(new URL(trl.lock, trl.url));
  const environments = createEnvironmentManager({
    home,
    environment: env,
    onProgress: ({ name, phase }) => {
      console.error(`environment ${name}: ${phase}`);
    },
  });
  try {
    const digest = environmentIdentity(await readFile(lock, 'utf8'));
    const { python } = await environments.ensure({ name: trl.name, digest, lock, python: trl.python });
    env['TEMPER_TEST_PYTHON'] = python;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // Tests on a machine that is meant to have everything must not pass by skipping.
    if (env['CI'] !== undefined) throw error;
    console.error(`Python tests are skipped: ${error.message}`);
  }
}
