/** A wrong call, a wrong setting, or something this client refuses to do; `hint` says what to do instead. */
export class SwanLabError extends Error {
  override readonly name = 'SwanLabError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(
      options.hint === undefined ? message : `${message}\n  hint: ${options.hint}`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.hint = options.hint;
  }
}

export interface ApiErrorFacts {
  readonly method: string;
  /** Without query: presigned addresses carry their signature there. */
  readonly url: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's own code, or `network`, `timeout`, `foreign-page`, `invalid-answer`. */
  readonly code: string;
  readonly detail: string;
  readonly traceId?: string | undefined;
  /** From a `Retry-After` header, in milliseconds. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** A request that was not answered with 2xx, or not answered at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly code: string;
  readonly traceId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(facts: ApiErrorFacts) {
    const trace = facts.traceId === undefined ? '' : ` (trace ${facts.traceId})`;
    const answer = facts.status === 0 ? 'got no answer' : `was answered ${facts.status}`;
    super(
      `${facts.method} ${facts.url} ${answer} [${facts.code}]: ${facts.detail}${trace}`,
      facts.cause === undefined ? {} : { cause: facts.cause },
    );
    this.method = facts.method;
    this.url = facts.url;
    this.status = facts.status;
    this.code = facts.code;
    this.traceId = facts.traceId;
    this.retryAfter = facts.retryAfter;
  }

  /** Whether the same request can succeed later without anybody changing anything. */
  get retryable(): boolean {
    if (this.code === 'foreign-page') return true;
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/** The sentence of anything thrown, without its stack. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
