import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Ends the processes of a job, wherever they went: every one inherits `TEMPER_JOB`, also those that left their group, or
 * whose launcher was killed before it could end them. The launcher itself has no such variable.
 */
export async function killLeftovers(folder: string): Promise<void> {
  if (existsSync(folder)) await killMarked('TEMPER_JOB', realpathSync(folder));
}

/**
 * Ends every process that has this variable in its environment. One that starts others while we look is caught by
 * looking again.
 */
export async function killMarked(variable: string, value: string): Promise<void> {
  const mark = `${variable}=${value}`;
  for (let round = 0; round < 5; round++) {
    const left = process.platform === 'linux' ? fromProc(mark) : await fromPs(mark);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}

function fromProc(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(`\0${mark}\0`))
    .map(Number);
}

function environmentOf(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`;
  } catch {
    // Ended meanwhile, or another user's: then it is not ours to end either.
    return '';
  }
}

async function fromPs(mark: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['eww', '-x', '-o', 'pid=,command='], {
    maxBuffer: 2 ** 26,
  });
  return stdout
    .split('\n')
    .filter((line) => `${line} `.includes(` ${mark} `))
    .map((line) => Number.parseInt(line, 10));
}
