import { join } from 'node:path';
import type { RunResult } from '@temper/run';
import { readJson } from './files.ts';
import type { StepMetrics } from './metrics.ts';

/** A metric of the accepted run, and how much worse than that is still well. */
export interface AcceptedMetric {
  readonly value: number;
  readonly better: 'lower' | 'higher';
  /** In the metric's own units. */
  readonly tolerance: number;
}

/** `baselines/<pipeline>.json`, a section for each configuration: the run that reports are held against. */
export interface Baseline {
  readonly schema: 'temper.baseline/1';
  readonly configurations: Readonly<
    Record<
      string,
      {
        /** The number it had in the workspace where it was accepted. */
        readonly run: number;
        /** Digests of the adapters it made, by `step.output`. */
        readonly adapters: Readonly<Record<string, string>>;
        /** By step label, then by metric. */
        readonly metrics: Readonly<Record<string, Readonly<Record<string, AcceptedMetric>>>>;
      }
    >
  >;
}

/** One metric held against the accepted one. */
export interface BaselineVerdict {
  readonly label: string;
  readonly metric: string;
  readonly accepted: number;
  /** null where this run did not measure it. */
  readonly value: number | null;
  readonly better: 'lower' | 'higher';
  readonly tolerance: number;
  readonly verdict: 'better' | 'same' | 'within' | 'worse' | 'missing';
}

/** The baseline of a pipeline; undefined where there is none. */
export function readBaseline(workspace: string, pipeline: string): Baseline | undefined {
  const read = readJson<Baseline>(baselineFile(workspace, pipeline));
  return (read?.schema as string | undefined) === 'temper.baseline/1' ? read : undefined;
}

/** Holds what a run measured against what was accepted, in the order of the baseline. */
export function compareWithBaseline(
  baseline: Baseline | undefined,
  configuration: string,
  measured: readonly StepMetrics[],
): { readonly run: number; readonly verdicts: readonly BaselineVerdict[] } | null {
  const accepted = baseline?.configurations[configuration];
  if (accepted === undefined) return null;
  const verdicts = Object.entries(accepted.metrics).flatMap(([label, metrics]) => {
    const now = measured.find((step) => step.label === label);
    return Object.entries(metrics).map(([metric, { value: before, better, tolerance }]): BaselineVerdict => {
      const value = now?.metrics[metric]?.value ?? null;
      const common = { label, metric, accepted: before, value, better, tolerance };
      if (value === null) return { ...common, verdict: 'missing' };
      const worse = better === 'lower' ? value - before : before - value;
      if (worse === 0) return { ...common, verdict: 'same' };
      if (worse < 0) return { ...common, verdict: 'better' };
      // 2.6 − 2.5 is 0.1 and a little: what only binary fractions add is not held against it.
      return { ...common, verdict: worse > tolerance + 1e-12 ? 'worse' : 'within' };
    });
  });
  return { run: accepted.run, verdicts };
}

/** Where the baseline of a pipeline lies. */
export function baselineFile(workspace: string, pipeline: string): string {
  return join(workspace, 'baselines', `${pipeline}.json`);
}

/**
 * The baseline with a run accepted for its configuration. A metric may become worse by what is given, else by what was
 * allowed before, else by a hundredth: losses of two machines agree to a few digits only.
 */
export function acceptRun(
  before: Baseline | undefined,
  run: RunResult,
  measured: readonly StepMetrics[],
  tolerances: Readonly<Record<string, number>>,
): Baseline {
  const known = before?.configurations[run.configuration]?.metrics;
  const metrics = measured.map(({ label, metrics: values }) => {
    const accepted = Object.entries(values).map(([metric, { value, better }]): [string, AcceptedMetric] => {
      const tolerance =
        tolerances[metric] ??
        known?.[label]?.[metric]?.tolerance ??
        Number((Math.abs(value) / 100).toPrecision(2));
      return [metric, { value, better, tolerance }];
    });
    return [label, Object.fromEntries(accepted)] as const;
  });
  const adapters = run.steps.flatMap(({ label, outputs }) =>
    Object.entries(outputs).flatMap(([output, { kind, digest }]) =>
      kind === 'lora adapter' ? [[`${label}.${output}`, digest] as const] : [],
    ),
  );
  const accepted = {
    run: run.run,
    adapters: Object.fromEntries(adapters),
    metrics: Object.fromEntries(metrics),
  };
  const configurations = { ...before?.configurations, [run.configuration]: accepted };
  const sorted = Object.entries(configurations).sort(([left], [right]) => (left < right ? -1 : 1));
  return { schema: 'temper.baseline/1', configurations: Object.fromEntries(sorted) };
}
