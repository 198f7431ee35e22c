import { Readable, Transform, type TransformCallback } from 'node:stream';
import { createGzip } from 'node:zlib';

import { bytes, type Reply } from './answers.ts';
import type { RecordedRequest } from './requests.ts';

/** What goes wrong with an answer. */
export type Fault =
  /** The connection breaks after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing more comes after so many bytes of the body; without a number, not even the head. */
  | { readonly kind: 'hang'; readonly after?: number }
  /** The body comes at this rate. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** One byte of the file is another one; nothing else shows it. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly to: string }
  /** A web page comes instead, as a proxy or a portal to log in at sends it. */
  | { readonly kind: 'page'; readonly status: number }
  /** The body is packed, and says so, though nobody has asked. */
  | { readonly kind: 'gzip' }
  /** Range is taken no notice of. */
  | { readonly kind: 'no-ranges' };

/** Which answers a fault falls upon. */
export interface Rule {
  readonly route?: RecordedRequest['route'] | undefined;
  readonly path?: string | undefined;
  /** How many answers it leaves alone first. @default 0 */
  readonly skip?: number | undefined;
  /** How often. @default always */
  readonly times?: number | undefined;
  readonly fault: Fault;
}

/** The first rule that fits a request, counted down. */
export function createRules() {
  const rules: { rule: Rule; skip: number; left: number }[] = [];
  return {
    add: (rule: Rule) => void rules.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? Infinity }),
    clear: () => void rules.splice(0),
    take(request: RecordedRequest): Fault | undefined {
      const found = rules.find(
        ({ rule, left }) =>
          left > 0 &&
          (rule.route === undefined || rule.route === request.route) &&
          (rule.path === undefined || rule.path === request.path),
      );
      if (found === undefined) return undefined;
      if (found.skip > 0) {
        found.skip -= 1;
        return undefined;
      }
      found.left -= 1;
      return found.rule.fault;
    },
  };
}

/** Changes an answer. A cut is left to whoever sends it. */
export function spoil(reply: Reply, fault: Fault): Reply {
  switch (fault.kind) {
    case 'cut':
      return { ...reply, cutAfter: fault.after };
    case 'hang':
      return { ...reply, body: through(reply.body, holdAfter(fault.after ?? 0)) };
    case 'slow':
      return { ...reply, body: through(reply.body, drip(fault.bytesPerSecond)) };
    case 'corrupt':
      return { ...reply, body: through(reply.body, flip(reply)) };
    case 'status': {
      const headers = { 'content-length': '0', ...fault.headers };
      return { status: fault.status, headers, body: through(reply.body, drop()) };
    }
    case 'headers':
      return { ...reply, headers: { ...reply.headers, ...fault.headers } };
    case 'redirect':
      return {
        status: 302,
        headers: { 'content-length': '0', location: fault.to },
        body: through(reply.body, drop()),
      };
    case 'page': {
      reply.body.destroy();
      const page = '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n';
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-length': String(page.length) };
      return { status: fault.status, headers, body: Readable.from([page], { objectMode: false }) };
    }
    case 'gzip': {
      const { 'content-length': _length, ...headers } = reply.headers;
      const packed = { ...headers, 'content-encoding': 'gzip' };
      return { ...reply, headers: packed, body: through(reply.body, createGzip()) };
    }
    case 'no-ranges': {
      if (reply.part === undefined) return reply;
      const { 'content-range': _range, 'accept-ranges': _accept, ...headers } = reply.headers;
      return bytes(reply.part.blob, undefined, { ...headers, 'accept-ranges': 'none' });
    }
  }
}

function through(body: Readable, change: NodeJS.ReadWriteStream & Readable): Readable {
  body.once('error', (error) => change.destroy(error));
  change.once('close', () => body.destroy());
  return body.pipe(change);
}

function holdAfter(count: number): Transform {
  let left = count;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      this.push(chunk.subarray(0, left));
      // Without `done` nothing more is taken in, and nothing ends.
      if (chunk.length <= left) done();
      left -= Math.min(left, chunk.length);
    },
  });
}

function drip(bytesPerSecond: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      let at = 0;
      const drop = () => {
        this.push(chunk.subarray(at, at + bytesPerSecond));
        at += bytesPerSecond;
        if (at < chunk.length && !this.destroyed) return;
        clearInterval(timer);
        done();
      };
      const timer = setInterval(drop, 1000);
      drop();
    },
  });
}

/** Changes the byte in the middle of the file, wherever the part that is sent holds it. */
function flip(reply: Reply): Transform {
  const middle = Math.floor((reply.part?.blob.size ?? 0) / 2);
  let at = reply.part?.start ?? 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const here = middle - at;
      at += chunk.length;
      if (here < 0 || here >= chunk.length) {
        done(null, chunk);
        return;
      }
      const changed = Buffer.from(chunk);
      changed[here] = (changed[here] ?? 0) ^ 0xff;
      done(null, changed);
    },
  });
}

function drop(): Transform {
  return new Transform({ transform: (_chunk, _encoding, done) => done() });
}
