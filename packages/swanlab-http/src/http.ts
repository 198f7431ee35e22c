import { ApiError } from './errors.ts';
import type { Clock } from './clock.ts';
import { linkSignals } from './signals.ts';

/** The level of the protocol this client speaks; the server is told it in a header, and who we are in User-Agent. */
export const protocolVersion = '0.10.3';
export const clientVersion = '0.1.0';

export type Fetch = typeof globalThis.fetch;

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether an HTML page can be what was asked for, as it can of a stored object. @default false */
  readonly pages?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Wire {
  send(exchange: Exchange): Promise<Answer>;
}

/** One exchange, no retries. Anything but 2xx is thrown as an ApiError whose text has been through `mask`. */
export function createWire(options: { fetch: Fetch; clock: Clock; mask: (text: string) => string }): Wire {
  const { clock, mask } = options;
  return {
    async send({ method, url, headers = {}, body, timeout, signal, pages = false }) {
      const deadline = clock.deadline(timeout, 'request');
      const place = mask(url.split('?')[0] as string);
      const failed = (code: string, detail: string, cause?: unknown) =>
        new ApiError({ method, url: place, status: 0, code, detail: mask(detail), cause });
      let response: Response;
      let text: string;
      const either = linkSignals(deadline, ...(signal === undefined ? [] : [signal]));
      try {
        response = await options.fetch(url, {
          method,
          headers: {
            'X-SwanLab-SDK-Version': protocolVersion,
            'User-Agent': `swanlab-sdk-http/${clientVersion}`,
            ...headers,
          },
          ...(body === undefined ? {} : { body }),
          // A redirect would carry the cookie, or the key, to wherever it points.
          redirect: 'manual',
          signal: either.signal,
        });
        text = await response.text();
      } catch (error) {
        if (signal?.aborted) throw failed('stopped', 'the run was closed while this was under way');
        if (deadline.aborted) throw failed('timeout', `no answer within ${timeout} ms`);
        throw failed('network', networkSentence(error), error);
      } finally {
        either.unlink();
      }
      const { status } = response;
      // The page of a hotel's network or of a proxy is no receipt, whatever its status says.
      const isForeign = response.ok && !pages && /^\s*<(!doctype|html)/i.test(text);
      if (response.ok && !isForeign) return { status, headers: response.headers, text };
      const { code, message } = isForeign
        ? { code: 'foreign-page', message: 'a web page came instead of an answer of SwanLab' }
        : serverSentence(status, text, response.headers);
      throw new ApiError({
        method,
        url: place,
        status,
        code,
        detail: mask(message),
        traceId: response.headers.get('traceid') ?? undefined,
        retryAfter: parseRetryAfter(response.headers.get('retry-after'), clock.now()),
      });
    },
  };
}

/** Node hides the reason of a failed fetch in the cause of the cause. */
function networkSentence(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error && parts.length < 3; at = at.cause) parts.push(at.message);
  return parts.join(': ') || String(error);
}

function serverSentence(status: number, text: string, headers: Headers): { code: string; message: string } {
  if (status >= 300 && status < 400) {
    return {
      code: 'redirect',
      message: `the server points to ${headers.get('location') ?? 'somewhere else'}`,
    };
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      const { code, message } = parsed as { code?: unknown; message?: unknown };
      return { code: wordOr(code, 'no-code'), message: wordOr(message, 'no message') };
    }
  } catch {
    // A gateway's page, not the server's JSON.
  }
  return { code: 'no-code', message: text.slice(0, 200).replaceAll(/\s+/g, ' ').trim() || 'no message' };
}

/** Seconds or a date, in milliseconds from now; never more than ten minutes, which nobody meant. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), 600_000) : undefined;
}

function wordOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}
