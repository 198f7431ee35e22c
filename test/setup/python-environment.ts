/** Prepares what Python tests run in. Where no Python can be had, the tests say so and are skipped. */
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '@temper/backend';
import { trl } from '@temper/trl-backend';
import { ensureEnvironment } from './environments.ts';

export default async function setup(): Promise<void> {
  const { env } = process;
  if (env['TEMPER_TEST_PYTHON'] !== undefined) return;
  const lock = fileURLToPath(new URL(trl.lock, trl.url));
  try {
    env['TEMPER_TEST_PYTHON'] = await ensureEnvironment({ name: trl.name, lock, python: trl.python });
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // Tests on a machine that is meant to have everything must not pass by skipping.
    if (env['CI'] !== undefined) throw error;
    console.error(`Python tests are skipped: ${error.message}`);
  }
}
