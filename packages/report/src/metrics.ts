import { join } from 'node:path';
import type { RunResult } from '@temper/run';
import { readJson } from './files.ts';

/** One figure of an evaluation, with its interval where it has one. */
export interface MetricValue {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly rows: number | null;
  readonly better: 'lower' | 'higher';
}

/** What an evaluating step of a run measured. */
export interface StepMetrics {
  readonly label: string;
  readonly output: string;
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

/** The metrics of every artifact of a run that is an evaluation, whatever stage made it. */
export function readMetrics(workspace: string, run: Pick<RunResult, 'steps'>): readonly StepMetrics[] {
  return run.steps.flatMap(({ label, outputs }) =>
    Object.entries(outputs).flatMap(([output, { kind, path }]) => {
      if (kind !== 'evaluation') return [];
      const read = readJson<{ metrics?: Readonly<Record<string, Partial<MetricValue>>> }>(
        join(workspace, path, 'evaluation.json'),
      );
      if (read?.metrics === undefined) return [];
      const metrics = Object.entries(read.metrics).flatMap(([name, metric]) =>
        typeof metric.value === 'number' ? [[name, whole(metric)] as const] : [],
      );
      return [{ label, output, metrics: Object.fromEntries(metrics) }];
    }),
  );
}

function whole({ value = 0, low, high, rows, better }: Partial<MetricValue>): MetricValue {
  return { value, low: low ?? null, high: high ?? null, rows: rows ?? null, better: better ?? 'lower' };
}
