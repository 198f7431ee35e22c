import { cpus, freemem, totalmem } from 'node:os';

/** Milliseconds between two samples; the official monitor takes one as often. */
const interval = 10_000;

/** Answers the machine's load under the names of the official monitor, and undefined when it was asked a moment ago. */
export function createMachineSampler(now: () => number): () => Readonly<Record<string, number>> | undefined {
  let sampledAt = now();
  let before = cpuTimes();
  return () => {
    if (now() - sampledAt < interval) return undefined;
    sampledAt = now();
    const times = cpuTimes();
    const elapsed = times.total - before.total;
    const busy = elapsed === 0 ? 0 : 1 - (times.idle - before.idle) / elapsed;
    before = times;
    return { 'cpu.pct': 100 * busy, 'mem.pct': 100 * (1 - freemem() / totalmem()) };
  };
}

function cpuTimes(): { readonly total: number; readonly idle: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    total: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
  };
}
