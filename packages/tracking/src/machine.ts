import { createHardwareSampler } from '@swanlab/sdk-http';
import { sampleGpus } from './gpus.ts';

/** Milliseconds between two samples; the official monitor takes one as often. */
const interval = 10_000;

type Figures = Readonly<Record<string, number>>;

export interface MachineSampler {
  /** Takes a sample, unless it was asked a moment ago. GPUs answer later, if there are any. */
  sample(take: (figures: Figures) => void): void;
  /** Whether the driver has said what the GPUs do, so that nobody need believe a job. */
  readonly knowsGpus: boolean;
}

/**
 * The load of the machine under the names of the official monitor. Of processes nothing is said: this one only watches,
 * and the job's may be in a container.
 */
export function createMachineSampler(
  now: () => number,
  environment: Readonly<Record<string, string | undefined>>,
): MachineSampler {
  const sampleHardware = createHardwareSampler();
  let sampledAt = now();
  let gpus: 'unknown' | 'there' | 'none' = 'unknown';
  return {
    sample(take) {
      if (now() - sampledAt < interval) return;
      sampledAt = now();
      const { 'cpu.pct': cpu, 'mem.pct': memory } = sampleHardware();
      take({ 'cpu.pct': cpu, 'mem.pct': memory });
      if (gpus === 'none') return;
      void sampleGpus(environment).then((figures) => {
        gpus = Object.keys(figures).length > 0 ? 'there' : 'none';
        if (gpus === 'there') take(figures);
      });
    },
    get knowsGpus() {
      return gpus === 'there';
    },
  };
}
