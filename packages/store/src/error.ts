/** Why the store could not do what it was asked; all but `refused` are the surroundings' doing. */
export type StoreProblem =
  'no-space' | 'read-only' | 'no-permission' | 'refused' | 'io' | 'lost-claim' | 'corrupt' | 'unreadable';

/** A failure of the store, with what happened and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly problem: StoreProblem;
  readonly hint: string | undefined;

  constructor(problem: StoreProblem, message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.problem = problem;
    this.hint = details.hint;
  }
}

/** Turns an error of the file system into one of ours; whatever is not one is passed on as it is. */
export function fromFileSystem(error: unknown, doing: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreError('no-space', `no space left while ${doing}`, {
        hint: 'free some, let `temper gc` name what could go, or move the store with TEMPER_STORE',
        cause: error,
      });
    case 'EROFS':
      return new StoreError(
        'read-only',
        `the store cannot be written to: its file system is read-only (${doing})`,
        {
          hint: 'set TEMPER_STORE to a folder that can be written to',
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
      return new StoreError('no-permission', `permission denied while ${doing}: ${message}`, {
        hint: 'check who owns the store, or set TEMPER_STORE to a folder of your own',
        cause: error,
      });
    case 'EIO':
      return new StoreError('io', `the disk reported an error while ${doing}: ${message}`, { cause: error });
    default:
      return error;
  }
}

/** Whether an error of the file system has the given code. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
