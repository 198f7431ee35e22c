import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { rootCertificates } from 'node:tls';

import { type Clock, systemClock } from '../clock.ts';
import { endpointOf, type Environment, extraCertificates, tokenOf } from '../environment.ts';
import type { HubName } from '../source.ts';
import { defaultPatience, type Patience } from './patience.ts';

/** What every conversation with a hub needs. All of it has a default except the environment. */
export interface SessionOptions {
  /** Endpoints, tokens and cache folders are looked up here, never in `process.env`. */
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** @default the machine's time */
  readonly clock?: Clock | undefined;
  /** How long to wait and how often to try. */
  readonly patience?: Partial<Patience> | undefined;
}

/** Connections kept open, who we are, and how patient we are, for as long as one call lasts. */
export interface Session {
  readonly endpoint: URL;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Certificates to trust, where they are not just those that Node brings. */
  readonly authorities: readonly string[] | undefined;
  agentFor(address: URL): PlainAgent | SecureAgent;
  /** Told before each wait for another try. */
  waiting: (cause: Error, milliseconds: number) => void;
  close(): void;
}

export async function openSession(hub: HubName, options: SessionOptions): Promise<Session> {
  const { environment, clock = systemClock, signal = new AbortController().signal } = options;
  const [token, certificates] = await Promise.all([
    tokenOf(hub, environment),
    extraCertificates(environment),
  ]);
  const authorities = certificates === undefined ? undefined : [...rootCertificates, certificates];
  const plain = new PlainAgent({ keepAlive: true });
  const secure = new SecureAgent({
    keepAlive: true,
    ...(authorities === undefined ? {} : { ca: authorities }),
  });
  return {
    endpoint: endpointOf(hub, environment),
    token,
    clock,
    patience: { ...defaultPatience, ...options.patience },
    signal,
    authorities,
    agentFor: (address) => (address.protocol === 'https:' ? secure : plain),
    waiting: () => undefined,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/**
 * Whether the token may go to `address`: only to the very origin that was configured (scheme, host and port),
 * so that no redirect ever sees it, and only where nobody on the way can read it.
 */
export function maySeeToken(session: Pick<Session, 'endpoint'>, address: URL): boolean {
  if (address.origin !== session.endpoint.origin) return false;
  return address.protocol === 'https:' || isLoopback(address.hostname);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
