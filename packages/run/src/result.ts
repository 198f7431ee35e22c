import type { Stored, StoredOutput } from '@temper/store';

/** Why a step has to run, or what is different about it. The reference is made from these sentences. */
export type ReasonCode =
  /** There is no earlier result of this step. */
  | 'first-run'
  /** `--force` or `--force-from` asks for it. */
  | 'forced'
  /** A param differs: `path`, `from`, `to`. */
  | 'params'
  /** An input has other bytes. */
  | 'input'
  /** The stage's code differs; `lines` holds what went (`-`) and came (`+`). */
  | 'code'
  /** A library of the Python environment differs. */
  | 'environment'
  /** The stage's author raised its version. */
  | 'version'
  /** A pinned file, folder, repository or wheel differs. */
  | 'external'
  /** A part of the result is gone from the store. */
  | 'output-missing'
  /** A part of the result is not what it was when it was stored. */
  | 'output-corrupt'
  /** The same fingerprint has given other bytes; both are kept. */
  | 'nondeterministic-kept'
  /** Only a format of Temper's own changed; the result was kept. */
  | 'format';

/** A reason. The codes are stable; the text is for people. */
export interface Reason {
  readonly code: ReasonCode;
  /** What differs: a param's path, an input's name, a symbol with its file. */
  readonly path?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly text: string;
  /** For code, the lines that went (`-`) and came (`+`), normalised. */
  readonly lines?: readonly string[] | undefined;
}

/** One output of a step. */
export interface ResultOutput {
  readonly kind: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** Relative to the workspace's root; readable. */
  readonly path: string;
}

export type StepOutcome = 'ran' | 'reused' | 'failed' | 'skipped' | 'cancelled';

/** What became of a step. */
export interface StepResult {
  readonly label: string;
  readonly stage: string;
  readonly variable: string | null;
  readonly outcome: StepOutcome;
  readonly reasons: readonly Reason[];
  /** null when an input was never made. */
  readonly fingerprint: string | null;
  /** From which shorter execution it went on, or why it could not; only where there was one. */
  readonly continues?: string | undefined;
  /** Wall-clock seconds that this run spent on it. */
  readonly seconds: number;
  /** Seconds that the reused result once took. */
  readonly savedSeconds?: number | undefined;
  readonly outputs: Readonly<Record<string, ResultOutput>>;
}

/** What is told of steps that were reused one after the other, taken together. */
export interface StepReuse {
  readonly labels: readonly string[];
  readonly savedSeconds: number;
  /** What there is to say of one of them all the same. */
  readonly remarks: readonly { readonly label: string; readonly text: string }[];
}

export function reuseOf(steps: readonly StepResult[]): StepReuse {
  return {
    labels: steps.map(({ label }) => label),
    savedSeconds: steps.reduce((sum, step) => sum + (step.savedSeconds ?? 0), 0),
    remarks: steps.flatMap(({ label, reasons }) => reasons.map(({ text }) => ({ label, text }))),
  };
}

/** What `--json` and `--result-file` hold. */
export interface RunResult {
  readonly schema: 'temper.run/1';
  readonly run: number;
  readonly pipeline: string;
  readonly configuration: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  /** True when `--stale-ok` let a result in that is not up to date. */
  readonly pinned: boolean;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  readonly outputs: Readonly<
    Record<string, { readonly kind: string; readonly digest: string; readonly path: string }>
  >;
}

/** Sizes in bytes, each with what it was worked out from. */
export interface StepNeeds {
  readonly gpu: 'required' | 'useful' | null;
  readonly gpuMemory: {
    readonly bytes: number;
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  } | null;
  readonly disk: { readonly bytes: number; readonly why: string } | null;
  readonly download: { readonly bytes: number; readonly why: string } | null;
}

/** How much a step has to do; roughly, since it is told from the sizes of files. */
export interface StepWork {
  readonly unit: string;
  readonly amount: number;
  /** Of a training: its optimizer steps, and how many rows each of them sees. */
  readonly steps?: number | undefined;
  readonly rowsPerStep?: number | undefined;
}

/** How long a step will take, from how long as much as it has to do took before. */
export interface Estimate {
  readonly seconds: number;
  /** Those of all its GPUs together; null where the earlier execution had none. */
  readonly gpuHours: number | null;
  readonly basis: {
    /** The run of the earlier execution, and what that one took. */
    readonly run: string;
    readonly pipeline: string;
    readonly seconds: number;
    /** How much it did, and how much there is to do now. */
    readonly work: { readonly unit: string; readonly then: number; readonly now: number };
    /** Whether the settings that the pace depends on were the same. */
    readonly sameSettings: boolean;
  };
}

/** A step in a plan. */
export interface PlanStep {
  readonly label: string;
  readonly stage: string;
  readonly variable: string | null;
  /** `may-run`: its inputs wait for a step that runs. */
  readonly action: 'reuse' | 'run' | 'may-run';
  readonly reasons: readonly Reason[];
  readonly fingerprint: string | null;
  /** From which shorter execution it would go on, or why it cannot; only where there is one. */
  readonly continues?: string | undefined;
  /** Seconds that it will take: by {@link estimate} where there is one, else what its last run took; null without either. */
  readonly estimateSeconds: number | null;
  /** What a step that is to run has to do, where that can be counted. */
  readonly work?: StepWork | undefined;
  /** The same in time, where it was done before. */
  readonly estimate?: Estimate | undefined;
  /** What a step that is to run needs of the machine, where that can be told beforehand. */
  readonly needs?: StepNeeds | undefined;
  readonly outputs: Readonly<Record<string, ResultOutput>>;
}

/** What `temper plan --json` holds. */
export interface PlanResult {
  readonly schema: 'temper.plan/1';
  readonly pipeline: string;
  readonly configuration: string;
  readonly steps: readonly PlanStep[];
}

/** A stored result's outputs, at the paths that `pathOf` gives; those in the workspace become relative to it. */
export function resultOutputs(
  { manifest }: Stored,
  workspace: string,
  pathOf: (output: StoredOutput, name: string) => string,
): Readonly<Record<string, ResultOutput>> {
  return Object.fromEntries(
    Object.entries(manifest.outputs).map(([name, output]) => {
      const { kind, digest, files, bytes } = output;
      const path = pathOf(output, name);
      const shown = path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;
      return [name, { kind, digest, files: files.length, bytes, path: shown }];
    }),
  );
}
