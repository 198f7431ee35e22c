import { type Agent, Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { rootCertificates } from 'node:tls';

import { type Clock, systemClock } from '../clock.ts';
import {
  endpointOf,
  type Environment,
  extraCertificates,
  type Mirror,
  mirrorOf,
  tokenOf,
} from '../environment.ts';
import type { HubName } from '../source.ts';
import { defaultPatience, type Patience } from './patience.ts';
import { isLoopback, proxyOf } from './proxy.ts';
import { firstOf } from './signals.ts';
import { TunnelAgent } from './tunnel.ts';

/** What every conversation with a hub needs. All of it has a default except the environment. */
export interface SessionOptions {
  /** Endpoints, tokens and cache folders are looked up here, never in `process.env`. */
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** @default the machine's time */
  readonly clock?: Clock | undefined;
  /** How long to wait and how often to try. */
  readonly patience?: Partial<Patience> | undefined;
  /** Told before each wait for another try: what failed, for how many milliseconds, and which try comes next. */
  readonly onWait?: ((cause: Error, milliseconds: number, next: NextTry) => void) | undefined;
}

/** Which try comes after a wait. */
export interface NextTry {
  /** 2 after the first failure. */
  readonly number: number;
  /** How many there are in a row, as long as none brings anything. */
  readonly of: number;
}

/** Connections kept open, who we are, and how patient we are, for as long as one call lasts. */
export interface Session {
  readonly endpoint: URL;
  /** Who says that the hub is there, where it is not at its own address. */
  readonly mirror: Mirror | undefined;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Certificates to trust, where they are not just those that Node brings. */
  readonly authorities: readonly string[] | undefined;
  /** The proxy through which `address` is asked; nothing where it is asked directly. */
  proxyFor(address: URL): URL | undefined;
  /** Who keeps the connections over which `address` is asked, tunnels through a proxy too. */
  agentFor(address: URL): Agent;
  /** Told before each wait for another try. */
  waiting: (cause: Error, milliseconds: number, next: NextTry) => void;
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
  const secure = new SecureAgent({ keepAlive: true });
  const tunnels = new Map<string, TunnelAgent>();
  const over = new AbortController();
  // Ends connections that still wait for the proxy's answer, which are no agent's yet.
  const untilOver = firstOf(signal, over.signal);
  const tunnelThrough = (proxy: URL): Agent => {
    const tunnel = tunnels.get(proxy.href) ?? new TunnelAgent(proxy, untilOver, { keepAlive: true });
    tunnels.set(proxy.href, tunnel);
    return tunnel;
  };
  const proxyFor = (address: URL) => proxyOf(address, environment);
  return {
    endpoint: endpointOf(hub, environment),
    mirror: mirrorOf(hub, environment),
    token,
    clock,
    patience: { ...defaultPatience, ...options.patience },
    signal,
    authorities,
    proxyFor,
    agentFor(address) {
      if (address.protocol !== 'https:') return plain;
      const proxy = proxyFor(address);
      return proxy === undefined ? secure : tunnelThrough(proxy);
    },
    waiting: options.onWait ?? (() => undefined),
    close() {
      plain.destroy();
      secure.destroy();
      for (const tunnel of tunnels.values()) tunnel.destroy();
      over.abort();
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
