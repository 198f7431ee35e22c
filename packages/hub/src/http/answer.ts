import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import { HubError, sentenceOf } from '../error.ts';
import type { Hub, Question, Refusal } from '../hubs/hub.ts';
import { connectionTrouble, exchange, plainAddress } from './exchange.ts';
import { retryAfter } from './patience.ts';
import { proxyRefusal } from './proxy.ts';
import { maySeeToken, type Session } from './session.ts';

/** The last answer after all redirects, and the heads of those that led to it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly address: URL;
  /** Heads of the redirects, in order. Hugging Face writes a file's identity on the first one. */
  readonly before: readonly IncomingHttpHeaders[];
  /** Unpacked, when the server packed it though nobody had asked. */
  readonly body: Readable;
  /** Whether the body had to be unpacked, so that Content-Length says nothing about it. */
  readonly unpacked: boolean;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/** Asks for `start` and goes where it leads, with the token only on the hub's own origin. */
export async function ask(
  session: Session,
  hub: Hub,
  start: URL,
  question: Omit<Question, 'withToken'>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const before: IncomingHttpHeaders[] = [];
  for (let address = start; ;) {
    const credentials = credentialsFor(session, hub, address);
    const message = await exchange(session, address, { ...headers, ...credentials }, question.path);
    const status = message.statusCode ?? 0;
    const proxy = session.proxyFor(address);
    if (status === 407 && proxy !== undefined) {
      message.resume();
      throw proxyRefusal(proxy, address.host, status);
    }
    if (redirects.has(status)) {
      message.resume();
      before.push(message.headers);
      if (before.length > mostRedirects) throw tooManyRedirects(start);
      address = followed(address, message.headers.location);
    } else if (status === 200 || status === 206) {
      if (question.path !== undefined && isPage(message.headers, question.path)) {
        message.destroy();
        throw notAHub(session, `${address.host} answers with a web page instead of ${question.path}`);
      }
      return {
        status,
        headers: message.headers,
        address,
        before,
        ...unpack(message, address),
      };
    } else {
      const text = await readText(message, address, 16 * 1024, 'cut').catch(() => '');
      const refusal = {
        status,
        headers: message.headers,
        text,
        address: plainAddress(address),
      };
      if (status === 408 || status === 425 || status === 429 || status >= 500)
        throw passing(refusal, address.host, question.path);
      if (question.path === undefined && !speaksAsHub(refusal))
        throw notAHub(session, `${refusal.address} answers ${status} with ${kindOf(text)}, as no hub does`);
      // Where large files lie nobody speaks as a hub; there a refusal may mean that a signed address has expired.
      if (
        question.path !== undefined &&
        address.origin === start.origin &&
        !speaksAsHub(refusal) &&
        isPage(message.headers, question.path)
      )
        throw notAHub(
          session,
          `${address.host} answers ${status} with a web page instead of ${question.path}`,
        );
      throw hub.explain(refusal, {
        ...question,
        withToken: credentials !== undefined,
      });
    }
  }
}

/** The token's headers, where the token may be seen. */
export function credentialsFor(session: Session, hub: Hub, address: URL): Record<string, string> | undefined {
  return session.token !== undefined && maySeeToken(session, address)
    ? hub.credentials(session.token)
    : undefined;
}

/** Asks for JSON. The whole text is held in memory, at most 64 MiB of it. */
export async function askJson(
  session: Session,
  hub: Hub,
  address: URL,
  question: Omit<Question, 'withToken'>,
): Promise<{ readonly value: unknown; readonly headers: IncomingHttpHeaders }> {
  const answer = await ask(session, hub, address, question, {
    accept: 'application/json',
  });
  const text = await readText(answer.body, answer.address, 64 * 1024 * 1024, 'refuse');
  try {
    return { value: JSON.parse(text) as unknown, headers: answer.headers };
  } catch (error) {
    const message = `${plainAddress(answer.address)} answered with ${kindOf(text)} instead of JSON`;
    throw notAHub(session, message, error);
  }
}

/** Whether a hub may have refused so: in JSON, with a code in the head, or without a word. */
function speaksAsHub({ headers, text }: Refusal): boolean {
  if (headers['x-error-code'] !== undefined || text.trim() === '') return true;
  return /\bjson\b/i.test(headers['content-type'] ?? '') || /^\s*[{[]/.test(text);
}

/** A portal to log in at, or a proxy, sends its own page in the place of a file; a hub names no file so. */
function isPage(headers: IncomingHttpHeaders, path: string): boolean {
  return /^text\/html\b/i.test(headers['content-type'] ?? '') && !/\.x?html?$/i.test(path);
}

function kindOf(text: string): string {
  return text.trimStart().startsWith('<') ? 'a web page' : 'something else';
}

/** Somebody answers at the hub's address who is not one: the variable that names it is the first to look at. */
function notAHub({ mirror }: Session, message: string, cause?: unknown): HubError {
  if (mirror === undefined) return unexpected(message, cause);
  return new HubError({
    reason: 'unexpected-answer',
    message,
    hint: `${mirror.variable} is "${mirror.written}": set it to the address of a hub or of its mirror, or unset it to use ${mirror.instead}`,
    cause,
  });
}

/** The other side speaks, but not the protocol. */
export function unexpected(message: string, cause?: unknown): HubError {
  return new HubError({
    reason: 'unexpected-answer',
    message,
    hint: 'check that HF_ENDPOINT or MODELSCOPE_ENDPOINT names a hub, and that no proxy answers in its place',
    cause,
  });
}

function followed(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw unexpected(`${plainAddress(from)} redirects to nowhere`);
  }
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && (from.protocol === 'https:' || to.protocol !== 'http:')) {
    throw new HubError({
      reason: 'insecure-redirect',
      message: `${plainAddress(from)} redirects to ${to.protocol}//${to.host}, where the bytes would not be protected`,
      hint: 'use another mirror, or write its address with https',
    });
  }
  return to;
}

function tooManyRedirects(start: URL): HubError {
  return new HubError({
    reason: 'too-many-redirects',
    message: `${plainAddress(start)} redirected more than ${mostRedirects} times`,
    hint: 'use another mirror',
  });
}

interface Passing {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
}

/** Of a file the address says less than its name: large ones come from somewhere else, under their digest. */
function passing({ status, headers, address }: Passing, host: string, path: string | undefined): HubError {
  const waitMilliseconds = retryAfter(headers['retry-after'], Date.now());
  return status === 429
    ? new HubError({
        reason: 'rate-limited',
        message:
          path === undefined
            ? `${address} answers 429: too many requests`
            : `${host} answers 429 for ${path}: too many requests`,
        hint: 'wait some minutes and run again to go on, or log in: hubs allow more to those they know',
        transient: true,
        waitMilliseconds,
      })
    : new HubError({
        reason: 'hub-unavailable',
        message:
          path === undefined ? `${address} answers ${status}` : `${host} answers ${status} for ${path}`,
        hint: 'run again later to go on where it stopped, or set a mirror with HF_ENDPOINT or MODELSCOPE_ENDPOINT',
        transient: true,
        waitMilliseconds,
      });
}

const unpackers: Record<string, (() => NodeJS.ReadWriteStream & Readable) | undefined> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Some proxies pack whatever passes. A whole body can be unpacked; a part of a packed one is useless. */
function unpack(message: IncomingMessage, address: URL): Pick<Answer, 'body' | 'unpacked'> {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return { body: message, unpacked: false };
  const create = unpackers[encoding];
  if (create === undefined || message.statusCode === 206) {
    message.destroy();
    throw new HubError({
      reason: 'unexpected-encoding',
      message: `${plainAddress(address)} sent a part packed with ${encoding}, though nobody had asked for that`,
      hint: 'go around the proxy that packs it, or use another mirror',
    });
  }
  const unpacker = create();
  message.once('error', (error) => unpacker.destroy(error));
  message.once('aborted', () => unpacker.destroy(connectionTrouble(aborted(), address)));
  message.pipe(unpacker);
  unpacker.once('close', () => message.destroy());
  return { body: unpacker, unpacked: true };
}

/** Gathers a body as text; beyond `most` bytes it is cut or refused. */
async function readText(body: Readable, address: URL, most: number, beyond: 'cut' | 'refuse') {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > most) break;
    }
  } catch (error) {
    throw connectionTrouble(error instanceof Error ? error : new Error(sentenceOf(error)), address);
  }
  if (size > most && beyond === 'refuse') {
    throw unexpected(`${plainAddress(address)} answered with more than ${most / 1024 / 1024} MiB of JSON`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function aborted(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}
