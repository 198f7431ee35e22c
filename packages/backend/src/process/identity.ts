import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/**
 * A process is named by its number and the moment it started, since numbers are used again; and by the boot of its
 * machine, since both are.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a date on macOS. */
  readonly start: string;
}

const run = promisify(execFile);

/** When a process started; undefined when there is none of that number, or only its corpse. */
export async function processStart(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
}

export async function isAlive({ pid, start }: ProcessIdentity): Promise<boolean> {
  return (await processStart(pid)) === start;
}

function startFromProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended: whoever should take note of it (in a container often nobody) has not.
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

async function startFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
    const [state = 'Z', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join('-');
  } catch {
    return undefined;
  }
}

let boot: string | undefined;

/** Which start of this machine we live in. */
export async function bootId(): Promise<string> {
  boot ??= await readBootId();
  return boot;
}

async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return (await run('sysctl', ['-n', 'kern.bootsessionuuid'])).stdout.trim();
}

/** `host:bootId:pid:startTime` of this process: who a job belongs to. */
export async function thisOwner(): Promise<string> {
  return [hostname(), await bootId(), process.pid, await processStart(process.pid)].join(':');
}

/** Whether the runner that an owner string names still lives; undefined for one on another machine. */
export async function ownerLives(owner: string): Promise<boolean | undefined> {
  const [host, ownerBoot, pid, ...start] = owner.split(':');
  if (host !== hostname()) return undefined;
  if (ownerBoot !== (await bootId())) return false;
  return isAlive({ pid: Number(pid), start: start.join(':') });
}
