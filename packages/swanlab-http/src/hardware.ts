import { readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';

/** Load of this machine and this process, under the names of the official monitor (behind `__swanlab__.`). */
export interface HardwareSample {
  readonly 'cpu.pct': number;
  readonly 'cpu.thds'?: number;
  readonly 'mem.pct': number;
  /** MiB */
  readonly 'mem.proc': number;
  readonly 'mem.proc.pct': number;
  /** MiB */
  readonly 'mem.proc.avail': number;
}

/** Makes a sampler; its CPU share is that of the time since it was last called. */
export function createHardwareSampler(): () => HardwareSample {
  let before = cpuTimes();
  return () => {
    const now = cpuTimes();
    const elapsed = now.total - before.total;
    const busy = elapsed === 0 ? 0 : 100 * (1 - (now.idle - before.idle) / elapsed);
    before = now;
    const resident = process.memoryUsage.rss();
    const threads = threadCount();
    return {
      'cpu.pct': busy,
      ...(threads !== undefined && { 'cpu.thds': threads }),
      'mem.pct': 100 * (1 - freemem() / totalmem()),
      'mem.proc': resident / 1024 ** 2,
      'mem.proc.pct': (100 * resident) / totalmem(),
      'mem.proc.avail': freemem() / 1024 ** 2,
    };
  };
}

function cpuTimes(): { total: number; idle: number } {
  let total = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    total += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { total, idle };
}

/** Linux says it; elsewhere the series is left out. */
function threadCount(): number | undefined {
  try {
    const found = /^Threads:\s+(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
