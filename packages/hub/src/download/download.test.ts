import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createTestClock } from '../../../../test/rig/hub/clock.ts';
import { type FixtureHub, startHub } from '../../../../test/rig/hub/index.ts';
import { createSafetensors } from '../../../../test/rig/hub/safetensors.ts';
import { HubError } from '../error.ts';
import type { HubName } from '../source.ts';
import { download, type DownloadOptions } from './download.ts';
import type { Progress } from './progress.ts';

let hub: FixtureHub;
let root: string;
let into: string;
let clock: ReturnType<typeof createTestClock>;

beforeEach(async () => {
  hub = await startHub();
  root = await mkdtemp(join(tmpdir(), 'temper-hub-'));
  into = join(root, 'weights');
  clock = createTestClock();
});

afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

const options = (more: Partial<DownloadOptions> = {}): DownloadOptions => ({
  environment: hub.environment,
  clock,
  patience: clock.patience,
  ...more,
});

const weights = createSafetensors({ 'model.weight': [64, 1024] });
const files = { 'config.json': '{"model_type": "glm"}\n', 'model.safetensors': weights };

/** Larger than several segments, so that ranges are asked for side by side. */
const large = createSafetensors({ 'model.weight': [9, 1024, 1024] });

/** The configuration before the weights; side by side, a refusal of one may come before the other is there. */
const oneByOne = { connections: 1 } as const;

async function refusal(work: Promise<unknown>): Promise<HubError> {
  const error = await work.then(
    (answer) => new Error(`nothing was refused, and it answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof HubError) return error;
  throw error instanceof Error ? error : new Error(`it was refused by ${inspect(error)}`);
}

/** Comparing buffers by `toEqual` goes byte by byte through the reporter. */
async function holds(path: string, bytes: Buffer): Promise<boolean> {
  return (await readFile(join(into, path))).equals(bytes);
}

/** Everything in the folder except the beginnings that wait for another try. */
async function arrived(): Promise<string[]> {
  const names = await readdir(into, { recursive: true }).catch(() => []);
  return names.filter((name) => !name.startsWith('.partial')).sort();
}

describe.each<HubName>(['huggingface', 'modelscope'])('from %s', (name) => {
  const source = { hub: name, repo: 'THUDM/tiny' };

  it('every file arrives with its size and SHA-256', async () => {
    hub.push('THUDM/tiny', files);
    const result = await download(source, into, options());
    expect(result.files.map(({ path, size }) => [path, size])).toEqual([
      ['config.json', 22],
      ['model.safetensors', weights.length],
    ]);
    expect(await holds('model.safetensors', weights)).toBe(true);
    expect(await arrived()).toEqual(['config.json', 'model.safetensors']);
    expect(await readdir(into)).not.toContain('.partial');
  });

  it('a large file comes in ranges over several connections and is put together in order', async () => {
    hub.push('THUDM/tiny', { 'model.safetensors': large });
    // By this clock every piece takes a second, so that the file counts as coming slowly.
    await download(source, into, options({ clock: { ...clock, now: ticks() } }));
    expect(await holds('model.safetensors', large)).toBe(true);
    const ranges = hub.requests.map(({ headers }) => headers.range).filter((range) => range !== undefined);
    // A probe, the rest, which shows that it comes slowly before it has brought a segment, and what is left in segments.
    expect(new Set(ranges).size).toBe(2 + Math.ceil((large.length - 64 * 1024) / (4 * 1024 * 1024)));
  });

  it('wrong bytes of the same size are refused and leave nothing under the name', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'model.safetensors', fault: { kind: 'corrupt' } });
    const error = await refusal(download(source, into, options(oneByOne)));
    expect(error.reason).toBe('wrong-digest');
    expect(error.message).toMatch(
      /^model\.safetensors arrived broken: its SHA-256 is [\da-f]{64}, and the hub/,
    );
    expect(await arrived()).toEqual(['config.json']);
  });

  it('a small file is checked as well', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'config.json', fault: { kind: 'corrupt' } });
    expect(await refusal(download(source, into, options()))).toMatchObject({ reason: 'wrong-digest' });
    expect(await arrived()).not.toContain('config.json');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'a cut after %i tenths is mended by asking for the rest',
    async (tenth) => {
      hub.push('THUDM/tiny', files);
      const after = Math.floor((weights.length * tenth) / 10);
      hub.fault({
        path: 'model.safetensors',
        route: contentRoute(name),
        times: 1,
        fault: { kind: 'cut', after },
      });
      await download(source, into, options());
      expect(await holds('model.safetensors', weights)).toBe(true);
      const asked = hub.requests.filter(({ path, headers }) => path === 'model.safetensors' && headers.range);
      expect(asked.at(-1)?.headers.range).toBe(`bytes=${after}-${weights.length - 1}`);
    },
  );

  it('a connection that is cut at every tenth still brings the file', async () => {
    hub.push('THUDM/tiny', { 'model.safetensors': large });
    const fault = { kind: 'cut', after: Math.ceil(large.length / 10) } as const;
    hub.fault({ path: 'model.safetensors', route: contentRoute(name), fault });
    await download(source, into, options());
    expect(await holds('model.safetensors', large)).toBe(true);
  });

  it('a server that knows no ranges is read over one connection, also after a cut', async () => {
    hub.push('THUDM/tiny', { 'model.safetensors': large });
    hub.fault({
      route: contentRoute(name),
      path: 'model.safetensors',
      times: 1,
      fault: { kind: 'cut', after: 5_000_000 },
    });
    hub.fault({ route: contentRoute(name), path: 'model.safetensors', fault: { kind: 'no-ranges' } });
    await download(source, into, options());
    expect(await holds('model.safetensors', large)).toBe(true);
  });

  it('a body packed with gzip, though nobody asked, is unpacked and verified', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ fault: { kind: 'gzip' } });
    await download(source, into, options());
    expect(await holds('model.safetensors', weights)).toBe(true);
    expect(hub.requests.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true);
  });

  it('a part of a large file that comes packed is refused', async () => {
    hub.push('THUDM/tiny', { 'model.safetensors': large });
    hub.fault({ route: contentRoute(name), path: 'model.safetensors', fault: { kind: 'gzip' } });
    expect(await refusal(download(source, into, options()))).toMatchObject({ reason: 'unexpected-encoding' });
    expect(await arrived()).toEqual([]);
  });

  it('after a 429 it waits as long as Retry-After says', async () => {
    hub.push('THUDM/tiny', files);
    const status = { kind: 'status', status: 429, headers: { 'retry-after': '7' } } as const;
    hub.fault({ path: 'config.json', times: 2, fault: status });
    await download(source, into, options());
    expect(clock.pauses).toEqual([7000, 7000]);
  });

  it('a wait is told with its cause and the number of the next try, after all that had come before it', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'config.json', route: 'file', times: 1, fault: { kind: 'cut', after: 5 } });
    hub.fault({ path: 'config.json', route: 'file', times: 1, fault: { kind: 'status', status: 503 } });
    const told: string[] = [];
    await download(
      source,
      into,
      options({
        include: ['config.json'],
        clock: { ...clock, now: ticks() },
        onProgress: ({ bytes }) => told.push(String(bytes)),
        onWait: ({ message }, _milliseconds, next) => {
          told.push(`${message.replace(/127\.0\.0\.1:\d+/, 'hub.test')} (${next.number} of ${next.of})`);
        },
      }),
    );
    const [cut, refused] = told.filter((line) => line.startsWith('hub.test') || line.startsWith('The'));
    expect(cut).toBe('The connection to hub.test was cut while config.json came (2 of 6)');
    expect(refused).toMatch(/^hub\.test answers 503 for config\.json \([23] of 6\)$/);
    // A progress behind it would look like the end of the wait.
    expect(told[told.indexOf(refused ?? '') + 1]).toBe('22');
  });

  it('errors of the server are tried again with growing pauses, and given up with their number', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'config.json', fault: { kind: 'status', status: 503 } });
    const error = await refusal(download(source, into, options({ include: ['config.json'] })));
    expect(error.reason).toBe('hub-unavailable');
    expect(error.message).toMatch(
      /^(127\.0\.0\.1|localhost):\d+ answers 503 for config\.json \(tried 6 times\)$/,
    );
    expect(clock.pauses).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('a file that changes its ETag under a resumed download is refused, and the beginning is dropped', async () => {
    hub.push('THUDM/tiny', files);
    const route = contentRoute(name);
    hub.fault({ path: 'model.safetensors', route, times: 1, fault: { kind: 'cut', after: 40_000 } });
    hub.fault({ path: 'model.safetensors', route, fault: { kind: 'headers', headers: { etag: '"other"' } } });
    const error = await refusal(download(source, into, options(oneByOne)));
    expect(error.reason).toBe('changed');
    expect(error.message).toMatch(/its ETag was "[^"]+" and is "other" now/);
    expect(await arrived()).toEqual(['config.json']);
    await expect(readdir(join(into, '.partial'))).rejects.toThrow('ENOENT');
  });

  it('a wrong length is refused before the bytes are', async () => {
    hub.push('THUDM/tiny', files);
    const headers = { 'content-length': String(weights.length - 1) };
    const route = contentRoute(name);
    hub.fault({ path: 'model.safetensors', route, fault: { kind: 'headers', headers } });
    const error = await refusal(download(source, into, options()));
    expect(error.reason).toBe('wrong-length');
    expect(error.message).toContain(
      `has ${weights.length - 1} bytes where the hub's listing says ${weights.length}`,
    );
  });

  it('an interrupted download goes on where it stopped, in another process too', async () => {
    hub.push('THUDM/tiny', { 'model.safetensors': large });
    const stop = new AbortController();
    const half = large.length / 2;
    const onProgress = ({ bytes }: Progress) => {
      if (bytes > half) stop.abort();
    };
    // Reports come at most ten times a second of this clock, so it has to go on by itself.
    const ticking = { ...clock, now: () => performance.now() * 1e6 };
    const first = download(source, into, options({ signal: stop.signal, onProgress, clock: ticking }));
    expect(await refusal(first)).toMatchObject({ reason: 'cancelled' });
    expect(await arrived()).toEqual([]);
    const before = hub.requests.length;
    await download(source, into, options());
    expect(await holds('model.safetensors', large)).toBe(true);
    const again = hub.requests.slice(before).flatMap(({ headers }) => headers.range ?? []);
    expect(again.length).toBeGreaterThan(0);
    expect(again.map((range) => Number(/\d+/.exec(range)?.[0])).every((start) => start > 0)).toBe(true);
  });

  it.each([
    ['a web page comes', { kind: 'page', status: 200 }],
    ['it is packed', { kind: 'gzip' }],
    ['it is not there', { kind: 'status', status: 404 }],
    ['it is a part that nobody asked for', { kind: 'headers', headers: { 'content-range': 'bytes 0-1/2' } }],
  ] as const)('what has come waits for the next try where %s instead of the rest', async (_what, fault) => {
    hub.push('THUDM/tiny', files);
    const route = contentRoute(name);
    const path = 'model.safetensors';
    hub.fault({ path, route, times: 1, fault: { kind: 'cut', after: 40_000 } });
    hub.fault({ path, route, fault });
    await refusal(download(source, into, options(oneByOne)));
    hub.clearFaults();
    hub.requests.length = 0;
    await download(source, into, options());
    expect(await holds(path, weights)).toBe(true);
    const asked = hub.requests.filter((request) => request.path === path);
    expect(asked.at(-1)?.headers.range).toBe(`bytes=40000-${weights.length - 1}`);
  });

  it('a beginning that was damaged on disk is thrown away and the file fetched from the start', async () => {
    hub.push('THUDM/tiny', files);
    const route = contentRoute(name);
    hub.fault({ path: 'model.safetensors', route, times: 1, fault: { kind: 'cut', after: 40_000 } });
    hub.fault({ path: 'model.safetensors', route, fault: { kind: 'status', status: 503 } });
    await refusal(download(source, into, options(oneByOne)));
    const partials = join(into, '.partial');
    const part = (await readdir(partials)).find((one) => one.endsWith('.part'))!;
    expect((await readFile(join(partials, part))).length).toBe(40_000);
    await writeFile(join(partials, part), randomBytes(40_000));
    hub.clearFaults();
    await download(source, into, options());
    expect(await holds('model.safetensors', weights)).toBe(true);
  });

  it('what is already there is not fetched again, and what is damaged is', async () => {
    hub.push('THUDM/tiny', files);
    await download(source, into, options());
    await writeFile(join(into, 'config.json'), '{"model_type": "GLM"}\n');
    hub.requests.length = 0;
    const result = await download(source, into, options());
    expect(result.reusedBytes).toBe(weights.length);
    expect(hub.requests.flatMap(({ path }) => path ?? [])).toEqual(['config.json']);
    expect(await readFile(join(into, 'config.json'), 'utf8')).toBe(files['config.json']);
  });

  it('a disk that is too small is refused before the first byte, with both numbers', async () => {
    hub.push('THUDM/tiny', files);
    const error = await refusal(download(source, into, options({ freeBytes: async () => 1_000_000 })));
    expect(error.reason).toBe('no-space');
    expect(error.message).toMatch(/^262 kB are to be downloaded, and .* has 1\.0 MB free$/);
    expect(hub.requests.some(({ path }) => path !== undefined)).toBe(false);
  });

  it('a digest other than the one that a lock promised is refused', async () => {
    hub.push('THUDM/tiny', files);
    const pinned = { 'config.json': '0'.repeat(64) };
    const error = await refusal(download(source, into, options({ pinned })));
    expect(error.message).toMatch(/config\.json arrived broken: .* and 0{64} was pinned$/);
  });

  it('a file of no bytes is a file', async () => {
    hub.push('THUDM/tiny', { ...files, 'empty.txt': '' });
    await download(source, into, options());
    expect(await readFile(join(into, 'empty.txt'), 'utf8')).toBe('');
  });

  it('a server that falls silent is left after the watch, and the rest is asked for', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'config.json', route: 'file', times: 1, fault: { kind: 'hang', after: 5 } });
    const onProgress = ({ bytes }: Progress) => {
      if (bytes === 5) clock.passWatch();
    };
    await download(
      source,
      into,
      options({ include: ['config.json'], onProgress, clock: { ...clock, now: ticks() } }),
    );
    expect(await readFile(join(into, 'config.json'), 'utf8')).toBe(files['config.json']);
    expect(hub.requests.at(-1)?.headers.range).toBe('bytes=5-21');
  });

  it('a server that drips a byte a second is left as well, and given up with both numbers', async () => {
    hub.push('THUDM/tiny', files);
    hub.fault({ path: 'config.json', route: 'file', fault: { kind: 'slow', bytesPerSecond: 1 } });
    // Each first byte ends the watch: what has come by then, head and all, is less than it asks for.
    const onProgress = ({ waiting }: Progress) => waiting ?? clock.passWatch();
    const patience = { ...clock.patience, attempts: 3, leastBytes: 2000 };
    const dripping = { include: ['config.json'], onProgress, patience, clock: { ...clock, now: ticks() } };
    const error = await refusal(download(source, into, options(dripping)));
    expect(error.reason).toBe('stalled');
    expect(error.message).toMatch(
      /^127\.0\.0\.1:\d+ sent \d{1,3} B of config\.json in 3600 s, and with less than 2\.0 kB a connection counts as dead \(tried \d times\)$/,
    );
    expect(await arrived()).toEqual([]);
  });
});

/** Large files of Hugging Face come from elsewhere, and those of ModelScope from the hub. */
function contentRoute(name: HubName): 'content' | 'file' {
  return name === 'huggingface' ? 'content' : 'file';
}

/** A time at which every report is due. */
function ticks(): () => number {
  let now = 0;
  return () => (now += 1000);
}
