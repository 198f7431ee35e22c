import { readFileSync } from 'node:fs';

/**
 * Whether the kernel killed for memory since this was made, by the counters of control groups, versions 1 and 2. The
 * machine's own counter counts everybody's processes, so it is a witness only for a job that was killed.
 *
 * Sources: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events), cgroup-v1/memory.html (oom_control)
 */
export class OutOfMemoryKills {
  readonly #files = groupFiles();
  readonly #group = this.#groupCount();
  readonly #machine = counter('/proc/vmstat');

  seen(killed: boolean): boolean {
    return this.#groupCount() > this.#group || (killed && counter('/proc/vmstat') > this.#machine);
  }

  #groupCount(): number {
    return this.#files.reduce((sum, file) => sum + counter(file), 0);
  }
}

function groupFiles(): string[] {
  // A container sees its own group at the root.
  const files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
  for (const line of readOr('/proc/self/cgroup', '').split('\n')) {
    const [, controllers, path] = line.split(':');
    if (controllers === '') files.push(`/sys/fs/cgroup${path}/memory.events`);
    else if (controllers?.split(',').includes('memory'))
      files.push(`/sys/fs/cgroup/memory${path}/memory.oom_control`);
  }
  return files;
}

function counter(file: string): number {
  return Number(/^oom_kill (\d+)/m.exec(readOr(file, ''))?.[1] ?? 0);
}

/** The largest resident size that a living process has had, in bytes; undefined where the system does not say. */
export function peakOf(pid: number): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/status`, ''))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
