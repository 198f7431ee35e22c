/**
 * Installs the official Python client of SwanLab, which tests hold ours against. It is no part of what Temper needs: where it
 * cannot be had, on a machine for CI too, the tests with it say why and are skipped.
 */
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '@temper/backend';
import { ensureEnvironment } from './environments.ts';

export default async function setup(): Promise<void> {
  const { env } = process;
  if (env['TEMPER_SWANLAB_PYTHON'] !== undefined) return;
  const folder = new URL('../../packages/swanlab-http/test/official/environment/', import.meta.url);
  const lock = fileURLToPath(new URL('lock.txt', folder));
  try {
    env['TEMPER_SWANLAB_PYTHON'] = await ensureEnvironment({ name: 'swanlab', lock, python: '>=3.10 <3.14' });
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    env['TEMPER_SWANLAB_ABSENT'] = error.message;
    console.error(`tests with the official client of SwanLab are skipped: ${error.message}`);
  }
}
