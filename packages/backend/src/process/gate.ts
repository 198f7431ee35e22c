import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { jobFiles } from '../folder/names.ts';

/**
 * A runner may be killed between starting a process and noting that it did, and then nobody knows whether the job runs.
 * So the launcher waits behind a gate: a shell that reads one line, leaves the mark `started`, and becomes the launcher
 * without changing its process number. The runner notes the number first and says the line second. When the runner dies
 * before that, the gate reads the end of its input and nothing has happened.
 */
const gate = 'read -r line && [ "$line" = go ] && : >started && exec "$@"';

export interface GatedProcess {
  readonly pid: number;
  open(): Promise<void>;
  /** Ends it before anything ran. */
  abandon(): void;
}

/** Starts a command behind the gate, in a session of its own: signals to the runner's group do not reach it. */
export async function spawnGated(
  folder: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<GatedProcess> {
  const log = openSync(join(folder, jobFiles.launcherLog), 'a');
  const child = spawn('/bin/sh', ['-c', gate, 'temper-gate', ...command], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // A gate that died would make writing to it fail; whether the job began is read from the folder, not from here.
  child.stdin?.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    open: () =>
      new Promise((resolve) => {
        child.stdin?.end('go\n', () => {
          child.unref();
          resolve();
        });
      }),
    abandon: () => {
      child.stdin?.destroy();
      child.unref();
    },
  };
}
