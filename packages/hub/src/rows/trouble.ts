import { HubError, type HubReason } from '../error.ts';

/** A row file that cannot be read from some place on. */
export function badRows(where: string, what: string, hint: string, cause?: unknown): HubError {
  return trouble('bad-rows', `${where}: ${what}`, hint, cause);
}

export function trouble(reason: HubReason, message: string, hint: string, cause?: unknown): HubError {
  return new HubError({ reason, message, hint, cause });
}
