import { ProblemError } from '../problem-error.ts';

/** What a container engine could not do, in one sentence. */
export class EngineError extends ProblemError {
  override readonly name = 'EngineError';
}
