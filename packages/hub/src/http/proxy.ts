import { BlockList, isIP } from 'node:net';

import { type Environment, valueOf } from '../environment.ts';
import { HubError } from '../error.ts';

/**
 * The proxy through which the environment wants `address` asked, or nothing where it is asked directly:
 * `https_proxy`, `http_proxy` and `all_proxy` as curl knows them, in small letters or capitals, without those hosts
 * that `no_proxy` names (https://everything.curl.dev/usingcurl/proxies/env.html). This machine is never asked through
 * a proxy, for which `localhost` would be another one.
 */
export function proxyOf(address: URL, environment: Environment): URL | undefined {
  const scheme = address.protocol === 'https:' ? 'https' : 'http';
  const found = variable(environment, `${scheme}_proxy`) ?? variable(environment, 'all_proxy');
  if (found === undefined || isLoopback(address.hostname)) return undefined;
  if (isExempt(address, variable(environment, 'no_proxy')?.value ?? '')) return undefined;
  const { name, value } = found;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy === undefined || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new HubError({
      reason: 'bad-proxy',
      // Not the value: it may hold a password.
      message: `${name} does not hold the address of an http proxy`,
      hint: 'write it as http://host:port, or with http://user:password@host:port where the proxy asks for that',
    });
  }
  return proxy;
}

/** Who we are to the proxy, as the header that it wants, where its address says so. */
export function proxyCredentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(both).toString('base64')}` };
}

/** As sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** By its name in small letters, which wins over the one in capitals. */
function variable(environment: Environment, small: string) {
  for (const name of [small, small.toUpperCase()]) {
    const value = valueOf(environment, name);
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

/** Whether a list such as `localhost,.example.org,10.0.0.0/8,mirror:8080` names the host of `address`. */
function isExempt(address: URL, list: string): boolean {
  const host = hostOf(address);
  const port = address.port || (address.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (isIP(host) !== 0 && entry.includes('/')) return isInside(host, entry);
      const [, name = '', onlyPort] =
        /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const domain = name.replace(/^\*?\./, '');
      return host === domain || host.endsWith(`.${domain}`);
    });
}

/** Whether an address lies in a network such as `10.0.0.0/8`. */
function isInside(host: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  if (isIP(base) === 0 || !/^\d+$/.test(bits ?? '') || Number(bits) > most) return false;
  const block = new BlockList();
  block.addSubnet(base, Number(bits), family);
  return block.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

export const proxyHint =
  'check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, and name in NO_PROXY the hosts that need no proxy';

/** The proxy has answered in the place of `host`. */
export function proxyRefusal(proxy: URL, host: string, status: number): HubError {
  if (status === 407) {
    return new HubError({
      reason: 'proxy-refused',
      message: `The proxy ${proxy.host} answers 407: it wants to know who asks for ${host}`,
      hint: 'write user and password into the address of the proxy, as in http://user:password@host:port',
    });
  }
  return new HubError({
    reason: 'proxy-refused',
    message: `The proxy ${proxy.host} answers ${status} when asked for ${host}`,
    hint: proxyHint,
    transient: status >= 500,
  });
}
