/** Why a hub, a folder or a row file was refused. Each reason has one sentence and one piece of advice. */
export type HubReason =
  | 'bad-source'
  | 'bad-endpoint'
  | 'bad-token'
  | 'bad-proxy'
  | 'bad-glob'
  | 'offline'
  | 'repository-not-found'
  | 'revision-not-found'
  | 'file-not-found'
  | 'unauthorized'
  | 'forbidden'
  | 'gated'
  | 'rate-limited'
  | 'hub-unavailable'
  | 'unreachable'
  | 'proxy-refused'
  | 'stalled'
  | 'cut'
  | 'cancelled'
  | 'insecure-redirect'
  | 'too-many-redirects'
  | 'unexpected-answer'
  | 'unexpected-encoding'
  | 'listing-incomplete'
  | 'unsafe-path'
  | 'nothing-selected'
  | 'no-digest'
  | 'no-space'
  | 'wrong-length'
  | 'wrong-digest'
  | 'changed'
  | 'pickle'
  | 'no-safetensors'
  | 'weights-twice'
  | 'bad-safetensors'
  | 'missing-shard'
  | 'bad-config'
  | 'code-in-config'
  | 'bad-folder'
  | 'not-in-cache'
  | 'file-missing'
  | 'unknown-format'
  | 'empty-file'
  | 'web-page'
  | 'lfs-pointer'
  | 'wrong-encoding'
  | 'bad-archive'
  | 'bad-rows';

interface HubTrouble {
  readonly reason: HubReason;
  readonly message: string;
  readonly hint: string;
  readonly cause?: unknown;
  /** It may pass by itself, so that the same request is worth repeating. */
  readonly transient?: boolean;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly waitMilliseconds?: number | undefined;
}

/** What went wrong between a hub and this machine: the sentence in `message`, what to do in `hint`. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly reason: HubReason;
  readonly hint: string;
  readonly transient: boolean;
  readonly waitMilliseconds: number | undefined;

  constructor(trouble: HubTrouble) {
    super(trouble.message, trouble.cause === undefined ? {} : { cause: trouble.cause });
    this.reason = trouble.reason;
    this.hint = trouble.hint;
    this.transient = trouble.transient ?? false;
    this.waitMilliseconds = trouble.waitMilliseconds;
  }
}

/** The sentence of anything that was thrown, for use inside another sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code that Node puts on system and network errors, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
