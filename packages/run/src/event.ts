import type { Failure } from './failure.ts';
import type { Reason, RunResult, StepResult } from './result.ts';

/** A step as events name it. */
export interface StepStarted {
  readonly label: string;
  readonly stage: string;
  readonly fingerprint: string;
  readonly reasons: readonly Reason[];
  /** From which shorter execution it goes on, or why it cannot. */
  readonly continues?: string | undefined;
}

/**
 * What happened, in the order it happened: the one thing that printers, trackers and reports know of a run. Written to
 * `.temper/runs/N/events.jsonl`, each with the time it was noted (RFC 3339, UTC).
 */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly run: number;
      readonly pipeline: string;
      readonly configuration: string;
      readonly steps: readonly { readonly label: string; readonly stage: string }[];
    }
  | {
      readonly type: 'environment';
      readonly name: string;
      readonly phase: string;
      readonly done?: number | undefined;
      readonly of?: number | undefined;
    }
  | ({ readonly type: 'step-started' } & StepStarted)
  /** The step's job is one that an earlier run left behind; all that it said is said again. */
  | { readonly type: 'step-adopted'; readonly label: string; readonly run: number }
  | { readonly type: 'step-waiting'; readonly label: string; readonly for: string }
  | {
      readonly type: 'step-progress';
      readonly label: string;
      readonly step: number;
      readonly of: number;
      readonly metrics: Readonly<Record<string, number | null>>;
    }
  | { readonly type: 'step-phase'; readonly label: string; readonly name: string }
  | {
      readonly type: 'step-text';
      readonly label: string;
      readonly key: string;
      readonly step: number;
      readonly caption: string | null;
      readonly content: string;
    }
  | {
      /** The job's own time, from its launcher's start to its end; the rest of a step is the runner's. */
      readonly type: 'job-ended';
      readonly label: string;
      readonly seconds: number;
      readonly peakMemory: number | null;
    }
  | { readonly type: 'step-checkpoint'; readonly label: string; readonly step: number }
  | {
      readonly type: 'step-device';
      readonly label: string;
      readonly device: string | null;
      readonly versions: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'step-log';
      readonly label: string;
      readonly stream: 'out' | 'err';
      readonly text: string;
    }
  | {
      readonly type: 'warning';
      readonly label?: string | undefined;
      readonly code: string;
      readonly message: string;
    }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'step-ended'; readonly step: StepResult }
  | { readonly type: 'run-ended'; readonly result: RunResult };

export type EventListener = (event: RunEvent) => void;
