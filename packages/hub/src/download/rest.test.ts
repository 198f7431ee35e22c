import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCertificate } from '../../../../test/rig/hub/certificate.ts';
import { createTestClock } from '../../../../test/rig/hub/clock.ts';
import { type FixtureHub, type HubOptions, startHub } from '../../../../test/rig/hub/index.ts';
import { createSafetensors } from '../../../../test/rig/hub/safetensors.ts';
import { readStraight } from '../http/straight.ts';
import { openSession } from '../http/session.ts';
import { download } from './download.ts';

const large = createSafetensors({ 'model.weight': [9, 1024, 1024] });
const path = 'model.safetensors';
const route = 'content';

let hub: FixtureHub;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'temper-hub-'));
});

afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

async function start(options?: HubOptions): Promise<void> {
  hub = await startHub(options);
  hub.push('THUDM/tiny', { [path]: large });
}

/** By the test clock no time passes, so that any file comes fast. */
async function fetchFast(clock = createTestClock()): Promise<boolean> {
  const into = join(root, 'weights');
  const { patience } = clock;
  await download({ repo: 'THUDM/tiny' }, into, { environment: hub.environment, clock, patience });
  return (await readFile(join(into, path))).equals(large);
}

const ranges = () => hub.requests.flatMap(({ headers }) => headers.range ?? []);
const probe = 64 * 1024;
const first = `bytes=0-${probe - 1}`;
const rest = `bytes=${probe}-${large.length - 1}`;

describe('a file that comes fast', () => {
  it('is asked for in two requests: a beginning, and all the rest over one connection', async () => {
    await start();
    expect(await fetchFast()).toBe(true);
    // The first is sent twice, to the hub and to where it leads.
    expect(ranges()).toEqual([first, first, rest]);
    expect(hub.requests.at(-1)).toMatchObject({ server: 'cdn', headers: { 'user-agent': 'temper-hub' } });
  });

  it('comes so over https too', async () => {
    const { tls, file } = await createCertificate(root);
    await start({ tls });
    const environment = { ...hub.environment, SSL_CERT_FILE: file };
    const clock = createTestClock();
    // ModelScope's large files come from the hub itself, and so over https here.
    await download({ hub: 'modelscope', repo: 'THUDM/tiny' }, root, {
      environment: { ...environment, MODELSCOPE_API_TOKEN: 'ms-token' },
      clock,
      patience: clock.patience,
    });
    expect((await readFile(join(root, path))).equals(large)).toBe(true);
    expect(ranges()).toEqual([first, rest]);
    expect(hub.requests.at(-1)?.headers.authorization).toBe('Bearer ms-token');
  });

  it('goes on over several connections, from where it is, when it turns out not to be fast', async () => {
    await start();
    let now = 0;
    expect(await fetchFast({ ...createTestClock(), now: () => (now += 100) })).toBe(true);
    const [next = 0] = ranges()
      .slice(3)
      .map((range) => Number(/\d+/.exec(range)?.[0]));
    expect(ranges()[2]).toBe(rest);
    expect(next).toBeGreaterThan(probe);
    // What the first connection brought is not asked for again.
    expect(
      ranges()
        .slice(3)
        .every((range) => Number(/\d+/.exec(range)?.[0]) >= next),
    ).toBe(true);
    expect(ranges().length).toBeGreaterThan(6);
  });

  it.each([
    ['is cut', { kind: 'cut', after: 3_000_000 }],
    ['is answered by an error', { kind: 'status', status: 503 }],
    ['is answered by a redirect', { kind: 'redirect', to: '/elsewhere' }],
    ['is answered with the whole file', { kind: 'no-ranges' }],
    ['is packed', { kind: 'gzip' }],
  ] as const)('goes on in the ordinary way where the rest %s', async (_what, fault) => {
    await start();
    const clock = createTestClock();
    hub.fault({ path, route, skip: 1, times: 1, fault });
    expect(await fetchFast(clock)).toBe(true);
    expect(ranges()).toContain(rest);
    // Nothing was said and nothing was waited for: this way has no failures of its own.
    expect(clock.pauses).toEqual([]);
  });

  it('is not asked for when the download has been cancelled while it waited for its turn', async () => {
    await start();
    const session = await openSession('huggingface', {
      environment: hub.environment,
      signal: AbortSignal.abort(),
    });
    const ended = new Promise<void>((resolve) => {
      readStraight(session, new URL(hub.cdn), {}, { begin, room, filled: () => true, end: resolve });
    });
    await ended;
    expect(hub.requests).toEqual([]);
    session.close();
  });
});

const begin = () => undefined;
const room = () => new Uint8Array(1024);
