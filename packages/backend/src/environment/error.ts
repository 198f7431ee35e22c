import type { Problem } from '../backend.ts';

/** Why a Python environment cannot be had; the surroundings' doing. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly reason: Problem['reason'];
  readonly hint: string | undefined;

  constructor(reason: Problem['reason'], message: string, hint?: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}
