import { Readable } from 'node:stream';

import type { Blob } from './content.ts';

/** An answer before it is sent, so that faults can change it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** The connection breaks after so many bytes of the body. */
  readonly cutAfter?: number | undefined;
  /** The blob behind the body and the part of it that is sent. */
  readonly part?: { readonly blob: Blob; readonly start: number; readonly end: number } | undefined;
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Reply {
  const text = JSON.stringify(value);
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      ...headers,
    },
    body: Readable.from([text], { objectMode: false }),
  };
}

export function refusal(status: number, code: string, message: string): Reply {
  return json({ error: message }, { 'x-error-code': code, 'x-error-message': message }, status);
}

export function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 302, headers: { location, 'content-length': '0', ...headers }, body: Readable.from([]) };
}

/** A blob, or the part of it that the request's Range asks for. */
export function bytes(
  blob: Blob,
  range: string | undefined,
  headers: Readonly<Record<string, string>>,
): Reply {
  const all = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', ...headers };
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (asked === null) return part(200, all, blob, 0, blob.size);
  const start = Number(asked[1]);
  const end = asked[2] === '' ? blob.size : Math.min(Number(asked[2]) + 1, blob.size);
  if (start >= end) {
    const size = { 'content-range': `bytes */${blob.size}`, 'content-length': '0' };
    return { status: 416, headers: { ...all, ...size }, body: Readable.from([]) };
  }
  return part(206, { ...all, 'content-range': `bytes ${start}-${end - 1}/${blob.size}` }, blob, start, end);
}

function part(
  status: number,
  headers: Readonly<Record<string, string>>,
  blob: Blob,
  start: number,
  end: number,
): Reply {
  return {
    status,
    headers: { ...headers, 'content-length': String(end - start) },
    body: blob.read(start, end),
    part: { blob, start, end },
  };
}
