import type { JobFailureReason } from '@temper/backend';
import type { Place } from '@temper/pipeline';
import type { StoreProblem } from '@temper/store';

/** Who can do something about a failure. */
export type Actor = 'user' | 'surroundings' | 'us';

interface Common {
  /** What happened, in one sentence, with the number that mattered. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The step's label; absent when the failure concerns the whole run. */
  readonly label?: string | undefined;
  /** The call in the pipeline file. */
  readonly where?: Place | undefined;
}

/** A job that did not end well. */
export interface JobFailed extends Common {
  readonly type: 'job';
  readonly reason: JobFailureReason;
  /** The step's log, relative to the workspace. */
  readonly log: string;
  readonly seconds: number;
}

/** A job succeeded, but what it made is not what its kind promises. */
export interface ArtifactRefused extends Common {
  readonly type: 'artifact-refused';
  readonly output: string;
  readonly kind: string;
  readonly log: string;
}

/** The store could not keep or find something. */
export interface StoreFailed extends Common {
  readonly type: 'store';
  readonly problem: StoreProblem;
}

/** This machine lacks something that the plan needs. */
export interface SurroundingsRefused extends Common {
  readonly type: 'surroundings';
  readonly reason: string;
}

/** A selection leaves out a step whose result is not up to date. */
export interface StaleInput extends Common {
  readonly type: 'stale';
}

/** The lock says otherwise than it is, and may not change. */
export interface LockDrifted extends Common {
  readonly type: 'lock';
}

/** Something of ours broke. */
export interface Bug extends Common {
  readonly type: 'bug';
  readonly stack: string | undefined;
}

/** What can go wrong in a run, told apart by its type. */
export type Failure =
  JobFailed | ArtifactRefused | StoreFailed | SurroundingsRefused | StaleInput | LockDrifted | Bug;

/** The run was refused before anything began. */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** Who can act on a failure. */
export function actorOf(failure: Failure): Actor {
  switch (failure.type) {
    case 'job':
      return failure.reason === 'lost' ||
        failure.reason === 'no-space' ||
        failure.reason === 'backend-refused' ||
        failure.reason === 'could-not-start'
        ? 'surroundings'
        : 'user';
    case 'artifact-refused':
    case 'stale':
    case 'lock':
      return 'user';
    case 'store':
    case 'surroundings':
      return 'surroundings';
    case 'bug':
      return 'us';
  }
}

/** The exit code that a failure asks for; see docs/reference/exit-codes.md. */
export function exitCodeOf(failure: Failure): 1 | 3 | 4 | 5 {
  switch (failure.type) {
    case 'stale':
    case 'lock':
      return 3;
    case 'surroundings':
      return 5;
    case 'job':
      if (failure.reason === 'gate') return 4;
      return failure.reason === 'no-space' ? 5 : 1;
    case 'store':
      return failure.problem === 'no-space' ||
        failure.problem === 'read-only' ||
        failure.problem === 'no-permission'
        ? 5
        : 1;
    case 'artifact-refused':
    case 'bug':
      return 1;
  }
}
