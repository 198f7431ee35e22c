import type { IncomingHttpHeaders } from 'node:http';

/** The first part of an answer. */
export interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Reads the head of an HTTP/1.1 answer, without the empty line that ends it (RFC 9112). Nothing comes of one that is
 * unusual in any way, such as a header that is folded or given twice: whoever asks has another client for these.
 */
export function parseHead(text: string): Head | undefined {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === '' || (headers.has(key) && !mayRepeat.has(key))) return undefined;
    headers.set(key, value);
  }
  return { status: Number(status), headers: Object.fromEntries(headers) };
}

/** Servers set several, and nobody here reads them. */
const mayRepeat = new Set([
  'set-cookie',
  'vary',
  'via',
  'link',
  'warning',
  'cache-control',
  'x-cache',
  'alt-svc',
]);

/** How many bytes follow this head, where they come plainly, neither in chunks nor packed, and their number is said. */
export function plainLength({ headers }: Head): number | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (headers['transfer-encoding'] !== undefined || encoding.trim().toLowerCase() !== 'identity')
    return undefined;
  const length = headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
