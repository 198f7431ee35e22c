import type { Problem } from './backend.ts';

/** Something that the surroundings refuse, thrown where it cannot be returned. */
export abstract class ProblemError extends Error {
  readonly reason: Problem['reason'];
  readonly hint: string | undefined;

  constructor(reason: Problem['reason'], message: string, hint?: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}
