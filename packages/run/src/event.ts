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
      /** The plan is made and its steps are known. */
      readonly type: 'run-started';
      readonly run: number;
      readonly pipeline: string;
      readonly configuration: string;
      readonly steps: readonly { readonly label: string; readonly stage: string }[];
    }
  | {
      /** A Python environment is being built. */
      readonly type: 'environment';
      readonly name: string;
      readonly phase: string;
      readonly done?: number | undefined;
      readonly of?: number | undefined;
    }
  | ({
      /** A step was given to its backend, with the reasons why it runs. */
      readonly type: 'step-started';
    } & StepStarted)
  | {
      /** The step's job is one that an earlier run left behind; all that it said is said again. */
      readonly type: 'step-adopted';
      readonly label: string;
      readonly run: number;
    }
  | {
      /** Another run works on the same step, and this one waits for its result. */
      readonly type: 'step-waiting';
      readonly label: string;
      readonly for: string;
    }
  | {
      /** How far the job is, and its metrics there: numbers, or null for NaN and infinity. */
      readonly type: 'step-progress';
      readonly label: string;
      readonly step: number;
      readonly of: number;
      readonly metrics: Readonly<Record<string, number | null>>;
    }
  | {
      /** What the job does now. */
      readonly type: 'step-phase';
      readonly label: string;
      readonly name: string;
    }
  | {
      /** Something outside did not answer as it should; the job waits so many seconds and tries again. */
      readonly type: 'step-retrying';
      readonly label: string;
      readonly cause: string;
      readonly seconds: number;
      readonly next: { readonly number: number; readonly of: number };
    }
  | {
      /** A text that belongs to a step of the training, such as a prediction. */
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
  | {
      /** The job has saved a checkpoint at this step of the training. */
      readonly type: 'step-checkpoint';
      readonly label: string;
      readonly step: number;
    }
  | {
      /** What the job runs on, and the versions of its libraries. */
      readonly type: 'step-device';
      readonly label: string;
      readonly device: string | null;
      readonly versions: Readonly<Record<string, string>>;
    }
  | {
      /** What the job printed. */
      readonly type: 'step-log';
      readonly label: string;
      readonly stream: 'out' | 'err';
      readonly text: string;
    }
  | {
      /** Something to know that stops nothing; with the step that it concerns, if it is one. */
      readonly type: 'warning';
      readonly label?: string | undefined;
      readonly code: string;
      readonly message: string;
    }
  | {
      /** What went wrong, told apart by its `type`. */
      readonly type: 'failure';
      readonly failure: Failure;
    }
  | {
      /** A step has its outcome, as in the result object. */
      readonly type: 'step-ended';
      readonly step: StepResult;
    }
  | {
      /** The last event: the whole result object. */
      readonly type: 'run-ended';
      readonly result: RunResult;
    };

export type EventListener = (event: RunEvent) => void;
