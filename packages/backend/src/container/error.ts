import type { Problem } from '../backend.ts';

/** What a container engine could not do, in one sentence; the surroundings' doing. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly reason: Problem['reason'];
  readonly hint: string | undefined;

  constructor(reason: Problem['reason'], message: string, hint?: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}
