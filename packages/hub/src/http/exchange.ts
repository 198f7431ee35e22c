import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';

import { codeOf, HubError, sentenceOf } from '../error.ts';
import { hostOf, proxyCredentials, proxyHint } from './proxy.ts';
import type { Session } from './session.ts';
import { watchForStall } from './stall.ts';

/** An address as messages may show it: a query can hold a signature, a user part a password. */
export function plainAddress(address: URL): string {
  return `${address.origin}${address.pathname}`;
}

/** What each request says beside what it asks for. */
export const ownHeaders = { 'user-agent': 'temper-hub', 'accept-encoding': 'identity' } as const;

/** Sends one GET, for a file or anything else, and resolves with the answer's head. Redirects are answers like any other. */
export function exchange(
  session: Session,
  address: URL,
  headers: Readonly<Record<string, string>>,
  file?: string,
): Promise<IncomingMessage> {
  const proxy = session.proxyFor(address);
  return new Promise((resolve, reject) => {
    const request = begin(session, address, { ...ownHeaders, ...headers });
    let answer: IncomingMessage | undefined;
    const watch = watchForStall(
      session,
      address,
      // Bytes that wait for us are our slowness, not the server's.
      () => ({ bytes: answer?.socket.bytesRead ?? 0, waitsForUs: (answer?.readableLength ?? 0) > 0 }),
      (error) => {
        request.destroy(error);
        answer?.destroy(error);
        // A request that still waits for a proxy's tunnel keeps its error to itself.
        reject(error);
      },
      file,
    );
    request.once('response', (message) => {
      answer = message;
      // Whoever reads the body sees its errors; a body that nobody reads must not end the process.
      message.on('error', () => undefined);
      message.once('close', () => watch.end());
      resolve(message);
    });
    request.on('error', (error) => {
      watch.end();
      // The server has closed a connection that was kept open, just as it was used again: it has not seen the request.
      // With no other left a new one is opened, so that this has an end.
      if (request.reusedSocket && answer === undefined && codeOf(error) === 'ECONNRESET')
        resolve(exchange(session, address, headers, file));
      else reject(error instanceof HubError ? error : connectionTrouble(error, address, { proxy }));
    });
    request.end();
  });
}

/** A request to a host, or to the proxy that is to pass it on. Over https the proxy only makes a tunnel, in the agent. */
function begin(session: Session, address: URL, headers: Readonly<Record<string, string>>): ClientRequest {
  const { signal, authorities } = session;
  const secured = authorities === undefined ? {} : { ca: [...authorities] };
  if (address.protocol === 'https:') {
    return secureRequest(address, { headers, agent: session.agentFor(address), signal, ...secured });
  }
  const proxy = session.proxyFor(address);
  if (proxy === undefined)
    return plainRequest(address, { headers, agent: session.agentFor(address), signal });
  const send = proxy.protocol === 'https:' ? secureRequest : plainRequest;
  return send({
    hostname: hostOf(proxy),
    port: proxy.port,
    path: address.href,
    headers: { ...headers, ...proxyCredentials(proxy), host: address.host },
    agent: session.agentFor(proxy),
    signal,
    ...secured,
  });
}

const lastingCodes = new Set(['ENOTFOUND', 'ERR_INVALID_URL', 'EPROTO']);

/**
 * Tells apart a host that is not there, a certificate that is not trusted, and a connection that broke.
 *
 * @param options.proxy Through which the host was asked.
 * @param options.file What was coming over the connection.
 */
export function connectionTrouble(
  error: Error,
  address: URL,
  { proxy, file }: { readonly proxy?: URL | undefined; readonly file?: string | undefined } = {},
): HubError {
  if (error instanceof HubError) return error;
  const code = codeOf(error) ?? '';
  const where = plainAddress(address);
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new HubError({
      reason: 'unreachable',
      message: `The certificate of ${address.host} is not trusted: ${sentenceOf(error)}`,
      hint: 'name the file of your own certificate authority in SSL_CERT_FILE',
      cause: error,
    });
  }
  if (code.startsWith('Z_')) {
    return new HubError({
      reason: 'unexpected-encoding',
      message: `${where} sent a packed answer that does not unpack: ${sentenceOf(error)}`,
      hint: 'go around the proxy that packs it, or use another mirror',
      cause: error,
    });
  }
  if (['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_EOF_STATE'].includes(code)) {
    return new HubError({
      reason: 'cut',
      message:
        file === undefined
          ? `The connection to ${where} was cut`
          : `The connection to ${address.host} was cut while ${file} came`,
      hint: 'run again to go on where it stopped',
      transient: true,
      cause: error,
    });
  }
  if (proxy !== undefined) {
    return new HubError({
      reason: 'unreachable',
      message: `${address.host} cannot be reached through the proxy ${proxy.host}: ${sentenceOf(error) || code}`,
      hint: proxyHint,
      transient: !lastingCodes.has(code),
      cause: error,
    });
  }
  return new HubError({
    reason: 'unreachable',
    message: `${address.host} cannot be reached: ${sentenceOf(error) || code}`,
    hint: 'check the network, or set a mirror with HF_ENDPOINT or MODELSCOPE_ENDPOINT',
    transient: !lastingCodes.has(code),
    cause: error,
  });
}
