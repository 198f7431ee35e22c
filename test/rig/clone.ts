/** A clean clone of this repository, as its newest commit is, for a test that does what a newcomer does. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { repository } from './workspace/index.ts';

const run = promisify(execFile);

export interface Clone {
  /** Of the test: the clone lies in it, and whatever else the test puts there. */
  readonly folder: string;
  readonly root: string;
  /**
   * Runs a command line by bash and answers what it printed.
   *
   * @throws Error when it does not end with 0, with its output.
   */
  readonly shell: (line: string, environment?: Readonly<Record<string, string>>) => Promise<string>;
}

/** Clones for the test that is running. The environments of Python are shared with everybody, the store is not. */
export async function openClone(): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-clone-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const root = join(folder, 'clone');
  await run('git', ['clone', '-q', repository, root]);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const own = {
    TEMPER_HOME: process.env['TEMPER_HOME'] ?? join(cache, 'temper'),
    TEMPER_STORE: join(folder, 'store'),
    NX_DAEMON: 'false',
  };
  return {
    folder,
    root,
    async shell(line, environment = {}) {
      const env = { ...process.env, ...own, ...environment };
      const options = { cwd: root, env, maxBuffer: 64 * 2 ** 20 };
      return (await run('bash', ['-euo', 'pipefail', '-c', line], options)).stdout;
    },
  };
}
