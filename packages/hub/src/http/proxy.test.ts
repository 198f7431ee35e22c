import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createCertificate } from '../../../../test/rig/hub/certificate.ts';
import { createTestClock } from '../../../../test/rig/hub/clock.ts';
import { type FixtureHub, type HubOptions, startHub } from '../../../../test/rig/hub/index.ts';
import { type ProxyOptions, startProxy } from '../../../../test/rig/hub/proxy.ts';
import { createSafetensors } from '../../../../test/rig/hub/safetensors.ts';
import { download, listFiles } from '../download/download.ts';
import { HubError } from '../error.ts';
import { proxyOf } from './proxy.ts';

describe('which proxy an address is asked through', () => {
  const proxy = 'http://proxy.corp:3128';
  const through = (address: string, environment: Record<string, string>) =>
    proxyOf(new URL(address), environment)?.host;

  it.each([
    ['https://huggingface.co/', { HTTPS_PROXY: proxy }, 'proxy.corp:3128'],
    ['https://huggingface.co/', { https_proxy: proxy, HTTPS_PROXY: 'http://other:1' }, 'proxy.corp:3128'],
    ['https://huggingface.co/', { HTTP_PROXY: proxy }, undefined],
    ['http://mirror.corp/', { HTTP_PROXY: proxy }, 'proxy.corp:3128'],
    ['https://huggingface.co/', { ALL_PROXY: proxy }, 'proxy.corp:3128'],
    ['https://huggingface.co/', { HTTPS_PROXY: 'proxy.corp:3128' }, 'proxy.corp:3128'],
    ['https://huggingface.co/', { HTTPS_PROXY: ' ' }, undefined],
    ['https://localhost:8080/', { HTTPS_PROXY: proxy }, undefined],
    ['http://127.0.0.2/', { HTTP_PROXY: proxy }, undefined],
    ['http://[::1]/', { HTTP_PROXY: proxy }, undefined],
  ])('%s with %j', (address, environment, expected) => {
    expect(through(address, environment)).toBe(expected);
  });

  it.each([
    ['*', 'https://huggingface.co/'],
    ['huggingface.co', 'https://huggingface.co/'],
    ['.corp', 'https://mirror.corp/'],
    ['*.corp', 'https://mirror.corp/'],
    ['corp', 'https://mirror.corp/'],
    ['a.b, Mirror.corp', 'https://mirror.corp/'],
    ['mirror.corp:443', 'https://mirror.corp/'],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['fd00::/8', 'https://[fd00::7]/'],
    ['fd00::7', 'https://[fd00::7]/'],
  ])('NO_PROXY=%s leaves %s alone', (list, address) => {
    expect(through(address, { HTTPS_PROXY: proxy, NO_PROXY: list })).toBeUndefined();
  });

  it.each([
    ['gface.co', 'https://huggingface.co/'],
    ['mirror.corp:8443', 'https://mirror.corp/'],
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['10.0.0.0/99', 'https://10.1.2.3/'],
    ['', 'https://mirror.corp/'],
  ])('NO_PROXY=%s does not name %s', (list, address) => {
    expect(through(address, { HTTPS_PROXY: proxy, no_proxy: list })).toBe('proxy.corp:3128');
  });

  it('an address that is none of an http proxy is refused without being shown', () => {
    const ask = () => through('https://huggingface.co/', { HTTPS_PROXY: 'socks5://me:secret@proxy:1080' });
    expect(ask).toThrow(/^HTTPS_PROXY does not hold the address of an http proxy$/);
  });
});

const large = createSafetensors({ 'model.weight': [9, 1024, 1024] });
const repo = 'THUDM/tiny';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'temper-proxy-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

/** A hub whose name only the proxy knows. */
async function startHidden(scheme: 'http' | 'https', options: HubOptions, more: Partial<ProxyOptions> = {}) {
  const hub: FixtureHub = await startHub(options);
  onTestFinished(() => hub.close());
  hub.push(repo, { 'model.safetensors': large });
  const places = {
    [scheme === 'https' ? 'hub.invalid:443' : 'hub.invalid:80']: Number(new URL(hub.endpoint).port),
  };
  const proxy = await startProxy({ places, ...more });
  onTestFinished(() => proxy.close());
  const endpoint = `${scheme}://hub.invalid`;
  return {
    hub,
    proxy,
    environment: { ...hub.environment, HF_ENDPOINT: endpoint, MODELSCOPE_ENDPOINT: endpoint },
  };
}

function patient() {
  const clock = createTestClock();
  return { clock, patience: clock.patience };
}

async function refusal(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw error instanceof Error ? error : new Error(inspect(error));
}

describe('through a proxy', () => {
  it('an https hub is reached by tunnels, and the proxy never sees the token', async () => {
    const into = await folder();
    const { tls, file } = await createCertificate(into, 'DNS:hub.invalid');
    const { hub, proxy, environment } = await startHidden('https', { tls });
    await download({ hub: 'modelscope', repo }, into, {
      ...patient(),
      environment: {
        ...environment,
        HTTPS_PROXY: proxy.address,
        SSL_CERT_FILE: file,
        MODELSCOPE_API_TOKEN: 'ms-token',
      },
    });
    expect((await readFile(join(into, 'model.safetensors'))).equals(large)).toBe(true);
    expect(new Set(proxy.requests.map(({ method, target }) => `${method} ${target}`))).toEqual(
      new Set(['CONNECT hub.invalid:443']),
    );
    expect(JSON.stringify(proxy.requests)).not.toContain('ms-token');
    expect(hub.requests.at(-1)?.headers.authorization).toBe('Bearer ms-token');
    // Connections are kept open: fewer tunnels than requests.
    expect(proxy.requests.length).toBeLessThan(hub.requests.length);
  });

  it('a plain hub is asked by the proxy, without the token', async () => {
    const into = await folder();
    const { hub, proxy, environment } = await startHidden('http', {}, { login: 'me:pass word' });
    await download({ repo }, into, {
      ...patient(),
      environment: {
        ...environment,
        http_proxy: proxy.address.replace('//', '//me:pass%20word@'),
        HF_TOKEN: 'hf_secret',
      },
    });
    expect((await readFile(join(into, 'model.safetensors'))).equals(large)).toBe(true);
    expect(proxy.requests[0]).toMatchObject({ method: 'GET', headers: { host: 'hub.invalid' } });
    expect(proxy.requests.every(({ target }) => target.startsWith('http://hub.invalid/'))).toBe(true);
    expect(JSON.stringify([proxy.requests, hub.requests])).not.toContain('hf_secret');
  });

  it('no request goes past it, also where the hub could be reached without', async () => {
    const into = await folder();
    const { hub, proxy, environment } = await startHidden('http', {});
    // An address of this machine that is not taken for one.
    const endpoint = `http://[::ffff:7f00:1]:${new URL(hub.endpoint).port}`;
    proxy.places[new URL(endpoint).host] = Number(new URL(hub.endpoint).port);
    await download({ hub: 'modelscope', repo }, into, {
      ...patient(),
      environment: { ...environment, MODELSCOPE_ENDPOINT: endpoint, HTTP_PROXY: proxy.address },
    });
    // By the test clock any file comes fast, and would be read straight off a connection of its own.
    expect(proxy.requests.length).toBe(hub.requests.length);
  });

  it.each(['http', 'https'] as const)(
    'a proxy that asks who we are is told from a hub, over %s',
    async (scheme) => {
      const { proxy, environment } = await startHidden(scheme, {}, { login: 'me:secret' });
      const asking = { ...patient(), environment: { ...environment, ALL_PROXY: proxy.address } };
      expect(await refusal(listFiles({ repo }, asking))).toMatchObject({
        reason: 'proxy-refused',
        message: `The proxy ${new URL(proxy.address).host} answers 407: it wants to know who asks for hub.invalid`,
        hint: 'write user and password into the address of the proxy, as in http://user:password@host:port',
      });
    },
  );

  it('a proxy that forbids the hub is told from a hub that forbids the repository', async () => {
    const { proxy, environment } = await startHidden('https', {}, { answer: 403 });
    const asking = { ...patient(), environment: { ...environment, ALL_PROXY: proxy.address } };
    expect(await refusal(listFiles({ repo }, asking))).toMatchObject({
      reason: 'proxy-refused',
      message: `The proxy ${new URL(proxy.address).host} answers 403 when asked for hub.invalid`,
    });
  });

  it.each(['http', 'https'] as const)('a proxy that is not there is named, over %s', async (scheme) => {
    const { proxy, environment } = await startHidden(scheme, {});
    await proxy.close();
    const asking = { ...patient(), environment: { ...environment, ALL_PROXY: proxy.address } };
    const { message, hint } = await refusal(listFiles({ repo }, asking));
    expect(message).toContain(
      `hub.invalid cannot be reached through the proxy ${new URL(proxy.address).host}: `,
    );
    expect(hint).toContain('NO_PROXY');
  });

  it.each(['http', 'https'] as const)(
    'one that says nothing is left when cancelled, over %s',
    async (scheme) => {
      const { proxy, environment } = await startHidden(scheme, {}, { answer: 'nothing' });
      const cancel = new AbortController();
      const asking = {
        ...patient(),
        signal: cancel.signal,
        environment: { ...environment, ALL_PROXY: proxy.address },
      };
      const ended = refusal(listFiles({ repo }, asking));
      await expect.poll(() => proxy.requests.length).toBe(1);
      cancel.abort();
      expect(await ended).toMatchObject({ reason: 'cancelled' });
    },
  );

  it('one that says nothing counts as dead after the watch', async () => {
    const { proxy, environment } = await startHidden('https', {}, { answer: 'nothing' });
    const { clock, patience } = patient();
    const ended = refusal(
      listFiles(
        { repo },
        {
          clock,
          patience: { ...patience, attempts: 1 },
          environment: { ...environment, ALL_PROXY: proxy.address },
        },
      ),
    );
    await expect.poll(() => proxy.requests.length).toBe(1);
    clock.passWatch();
    expect(await ended).toMatchObject({ reason: 'stalled' });
  });
});
