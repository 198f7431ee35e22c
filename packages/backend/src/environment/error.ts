import { ProblemError } from '../problem-error.ts';

/** Why a Python environment cannot be had. */
export class EnvironmentError extends ProblemError {
  override readonly name = 'EnvironmentError';
}
