import type { Reason, RunResult, StepOutcome } from '@temper/run';
import type { BaselineVerdict } from './baseline.ts';
import type { Graph } from './layout.ts';
import type { MetricValue } from './metrics.ts';
import type { ParamChange } from './record.ts';

/** What the store remembers of a step's result, as far as a report shows it. */
export interface KeptResult {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The number of the run that made it, in the workspace in which it was made. */
  readonly run: string;
  /** Seconds of the job. */
  readonly seconds: number;
  readonly backend: string;
  readonly device: string | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly nondeterministic: boolean;
  readonly params: unknown;
  /** By output name. */
  readonly files: Readonly<
    Record<string, readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]>
  >;
}

export interface ReportOutput {
  readonly name: string;
  readonly kind: string;
  readonly digest: string;
  readonly bytes: number;
  readonly count: number;
  readonly path: string;
  /** The first files with their digests; `count` says how many there are. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

export interface ReportStep {
  readonly label: string;
  readonly stage: string;
  readonly outcome: StepOutcome;
  readonly reasons: readonly Reason[];
  readonly fingerprint: string | null;
  readonly seconds: number;
  readonly savedSeconds: number | null;
  /** Seconds after the run began; null for a step that did not start. */
  readonly began: number | null;
  readonly peakMemory: number | null;
  readonly params: unknown;
  readonly where: string | null;
  readonly made: Omit<KeptResult, 'files' | 'params' | 'run'> | null;
  readonly outputs: readonly ReportOutput[];
}

/** What a step measured while it went on, by the number of its own steps. */
export interface Curve {
  readonly label: string;
  readonly steps: readonly number[];
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
  /** The run that made the result, where this one reused it; `elsewhere`: in another checkout that shares the store. */
  readonly measuredIn: { readonly run: number; readonly elsewhere: boolean } | null;
  /** The same of the run that this one is compared with, where it differs. */
  readonly before: {
    readonly run: number;
    readonly steps: readonly number[];
    readonly series: Curve['series'];
  } | null;
  /** What the model said on the way. */
  readonly texts: readonly { readonly step: number; readonly prompt: string; readonly text: string }[];
}

export interface Difference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

/** Evaluations side by side, the first of them what the others are held against. */
export interface Comparison {
  readonly label: string;
  readonly names: readonly string[];
  readonly rows: number;
  readonly metrics: readonly {
    readonly metric: string;
    readonly better: 'lower' | 'higher';
    readonly values: readonly number[];
    readonly against: readonly (Difference | null)[];
  }[];
}

export interface Sample {
  readonly id: string;
  readonly prompt: string;
  readonly reference: string | null;
  readonly answers: readonly { readonly name: string; readonly answer: string; readonly stopped: boolean }[];
}

/** How long the rows of one half are, in tokens, against the limit. */
export interface Lengths {
  readonly label: string;
  readonly half: string;
  readonly maxLength: number;
  readonly rows: number;
  readonly kept: number;
  readonly truncated: number;
  readonly dropped: number;
  readonly tokens: number;
  readonly learnedTokens: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
  readonly width: number;
  readonly histogram: readonly number[];
}

/** Everything that a report says, before it has a form. */
export interface Report {
  readonly schema: 'temper.report/1';
  readonly run: number;
  readonly pipeline: string;
  readonly configuration: string;
  readonly outcome: RunResult['outcome'];
  readonly pinned: boolean;
  readonly seconds: number;
  /** RFC 3339, UTC; null where nothing was noted. */
  readonly startedAt: string | null;
  readonly command: string;
  readonly previous: number | null;
  readonly steps: readonly ReportStep[];
  readonly graph: Graph;
  readonly outputs: readonly {
    readonly name: string;
    readonly kind: string;
    readonly digest: string;
    readonly path: string;
  }[];
  readonly failures: readonly {
    readonly label: string | null;
    readonly message: string;
    readonly hint: string | null;
    readonly where: string | null;
  }[];
  readonly warnings: readonly { readonly label: string | null; readonly message: string }[];
  /** Against the previous run; null where that is not known. */
  readonly changedParams: readonly ParamChange[] | null;
  readonly metrics: readonly {
    readonly label: string;
    readonly metrics: Readonly<Record<string, MetricValue>>;
  }[];
  readonly comparisons: readonly Comparison[];
  readonly baseline: { readonly run: number; readonly verdicts: readonly BaselineVerdict[] } | null;
  readonly samples: readonly Sample[];
  readonly lengths: readonly Lengths[];
  readonly curves: readonly Curve[];
  readonly logs: readonly {
    readonly label: string;
    readonly path: string;
    readonly bytes: number;
    readonly tail: string;
  }[];
  /** What was left out to keep the page small. */
  readonly leftOut: readonly string[];
}
