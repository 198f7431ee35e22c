/** A place in a source file. Line and column count from 1, the column in UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many columns are meant, for the squiggle; 1 when absent. */
  readonly length?: number;
}

/**
 * A wrong declaration: something the author of a pipeline, a stage or a configuration can mend.
 * Whatever else is thrown while declaring is a bug of ours or an exception of the pipeline's own.
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  /** What is wrong, in kebab-case; stable, for programs. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  readonly where: Place | undefined;

  constructor(
    code: string,
    message: string,
    details: { hint?: string | undefined; where?: Place | undefined; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }
}
