import { type ClientRequestArgs, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, type AgentOptions, request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';

import { hostOf, proxyCredentials, proxyRefusal } from './proxy.ts';

type Connected = (error: Error | null, connection: Duplex) => void;

/** Keeps connections to https hosts that a proxy passes on without reading them (CONNECT, RFC 9110, section 9.3.6). */
export class TunnelAgent extends SecureAgent {
  readonly #proxy: URL;
  readonly #signal: AbortSignal;

  /** @param signal Ends what still waits for the proxy's answer, which is no connection yet. */
  constructor(proxy: URL, signal: AbortSignal, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#signal = signal;
  }

  override createConnection(options: ClientRequestArgs, connected: Connected): undefined {
    const host = options.host ?? '';
    const target = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
    const send = this.#proxy.protocol === 'https:' ? secureRequest : plainRequest;
    const request = send({
      method: 'CONNECT',
      hostname: hostOf(this.#proxy),
      port: this.#proxy.port,
      path: target,
      headers: { host: target, ...proxyCredentials(this.#proxy) },
      agent: false,
      signal: this.#signal,
      ...('ca' in options ? { ca: options.ca as string[] } : {}),
    });
    const fail = connected as (error: Error) => void;
    request.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) {
        connected(null, connectSecurely({ ...(options as object), socket }));
      } else {
        socket.destroy();
        fail(proxyRefusal(this.#proxy, host, statusCode));
      }
    });
    request.on('error', fail);
    request.end();
    return undefined;
  }
}
