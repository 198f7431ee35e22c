import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SwanLabClient } from '../src/client.ts';
import { ApiError } from '../src/errors.ts';
import type { Run } from '../src/run.ts';
import type { Fault } from './support/fixture-server.ts';
import type { Rig } from './support/rig.ts';
import { acceptedRecords, callsOf, createRig, testKey } from './support/rig.ts';
import { TestClock } from './support/test-clock.ts';

const metrics = '/api/house/metrics';
const presign = '/api/resources/presigned/put';
const series = '/api/projects/alice/p/series';
const page = '<!DOCTYPE html><html><title>Log in to the network</title></html>';

/** A run with ten points, a text, two lines and a config, and a server that is about to fail. */
async function loggedRun(faults: readonly Fault[], rigged?: Rig): Promise<Rig & { run: Run }> {
  const rig = rigged ?? (await createRig());
  const run = await rig.client.init({ project: 'p', config: { lr: 0.1 }, metadata: 'none' });
  rig.server.faults.push(...faults.map((fault) => ({ ...fault })));
  for (let step = 0; step < 10; step += 1) run.log({ loss: 1 / (step + 1) });
  run.logText({ key: 'note', data: 'abc', step: 3 });
  run.console('one\ntwo');
  return { ...rig, run };
}

function arrived({ server }: Rig): { scalar: number; media: number; log: number } {
  const distinct = (type: 'scalar' | 'media' | 'log') =>
    new Set(
      acceptedRecords(server, type).map(
        (item) => `${String(item['key'])} ${String(item['index'])} ${String(item['epoch'])}`,
      ),
    ).size;
  return { scalar: distinct('scalar'), media: distinct('media'), log: distinct('log') };
}

const everything = { scalar: 10, media: 1, log: 2 };

describe('delayed and kept', () => {
  test.each<[string, Fault]>([
    ['5xx', { prefix: metrics, status: 503, times: 7 }],
    ['429 without a hint', { prefix: metrics, status: 429, times: 5 }],
    ['429 on the presign', { prefix: presign, status: 429, headers: { 'retry-after': '2' }, times: 2 }],
    ['an answer cut short', { prefix: metrics, manner: 'cut', times: 3 }],
    ['the presign failing', { prefix: presign, status: 500, times: 3 }],
    ['too few addresses', { prefix: presign, status: 200, reply: { urls: [] }, times: 2 }],
    ['a presign without addresses', { prefix: presign, status: 200, reply: {}, times: 2 }],
    ['storage refusing the object', { prefix: '/storage/put/', status: 403, times: 4 }],
    ['storage away', { prefix: '/storage/put/', status: 503, times: 2 }],
    ['storage cut off', { prefix: '/storage/put/', manner: 'cut', times: 1 }],
    ['series failing', { prefix: series, status: 500, times: 3 }],
    [
      'the profile failing',
      { method: 'PUT', prefix: '/api/project/alice/p/runs/expcuid0001/profile', status: 502, times: 3 },
    ],
    [
      'the state failing',
      { method: 'PUT', prefix: '/api/project/alice/p/runs/expcuid0001/state', status: 500, times: 3 },
    ],
    ['401 once', { prefix: metrics, status: 401, times: 1 }],
    ['401 on the presign', { prefix: presign, status: 401, times: 1 }],
    ["a proxy's page in place of a receipt", { prefix: metrics, status: 200, reply: page, times: 3 }],
    ["a proxy's page in place of addresses", { prefix: presign, status: 200, reply: page, times: 2 }],
    ["a proxy's page in place of storage", { prefix: '/storage/put/', status: 200, reply: page, times: 2 }],
    ["a proxy's page for the series", { prefix: series, status: 200, reply: page, times: 2 }],
  ])('%s: all of it arrives', async (_, fault) => {
    const rig = await loggedRun([fault]);
    const report = await rig.run.finish();
    expect(report).toMatchObject({ complete: true, closed: true, dropped: [] });
    expect(arrived(rig)).toEqual(everything);
    expect(callsOf(rig.server).at(-1)).toBe('PUT /api/project/alice/p/runs/expcuid0001/state');
  });

  test('Retry-After is waited for to the second, also as a date', async () => {
    const rig = await createRig();
    const at = new Date(Math.ceil(rig.clock.now() / 1000) * 1000 + 17_000).toUTCString();
    const { run, clock } = await loggedRun(
      [
        { prefix: metrics, type: 'scalar', status: 429, headers: { 'retry-after': '7' }, times: 1 },
        { prefix: metrics, type: 'log', status: 429, headers: { 'retry-after': at }, times: 1 },
      ],
      rig,
    );
    await run.finish();
    expect(clock.slept).toContain(7000);
    expect(clock.slept.some((wait) => wait > 7000 && wait <= 18_000)).toBe(true);
  });

  test('back-off grows from one to ten seconds, shaken by a fifth', async () => {
    const { run, clock } = await loggedRun([{ prefix: metrics, type: 'scalar', status: 500, times: 6 }]);
    await run.finish('success', { timeoutMs: 600_000 });
    const waits = clock.slept.filter((wait) => wait !== 1500);
    [1000, 2000, 4000, 8000, 10_000, 10_000].forEach((base, attempt) => {
      expect(waits[attempt]).toBeGreaterThanOrEqual(base * 0.8);
      expect(waits[attempt]).toBeLessThanOrEqual(Math.min(10_000, base * 1.2));
    });
  });

  test('a request that hangs is given up and made again', async () => {
    const { run, server, clock } = await loggedRun([
      { prefix: metrics, type: 'scalar', manner: 'hang', times: 1 },
    ]);
    const hanging = server.seen(({ body }) => (body as { type?: string } | undefined)?.type === 'scalar');
    const finishing = run.finish();
    await hanging;
    clock.expireRequests();
    const report = await finishing;
    expect(report).toMatchObject({ complete: true, dropped: [] });
  });

  test('one failing type does not hold up the others', async () => {
    const rig = await loggedRun([{ prefix: metrics, type: 'scalar', status: 503 }]);
    const report = await rig.run.finish();
    expect(arrived(rig)).toEqual({ ...everything, scalar: 0 });
    expect(report).toMatchObject({
      complete: false,
      pending: { scalar: 10, media: 0, console: 0, file: 0 },
      dropped: [],
    });
  });

  test('many texts at once are no reason for Node to warn of a leak', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', hear);
    const { run, server } = await loggedRun([]);
    for (let step = 10; step < 40; step += 1) run.logText({ key: 'note', data: `text ${step}`, step });
    expect(await run.finish()).toMatchObject({ complete: true });
    process.off('warning', hear);
    expect(acceptedRecords(server, 'media')).toHaveLength(31);
    expect(warnings).toEqual([]);
  });

  test('one object that storage refuses does not hold up the other texts', async () => {
    const rig = await loggedRun([{ prefix: '/storage/put/media/text/003-ba7816bf.txt', status: 403 }]);
    rig.run.logText({ key: 'note', data: 'other', step: 4 });
    const report = await rig.run.finish();
    expect(acceptedRecords(rig.server, 'media').map(({ index }) => index)).toEqual([4]);
    expect(report.pending.media).toBe(1);
    expect(report.dropped).toEqual([]);
  });

  test('series that cannot be announced do not hold up the data', async () => {
    const rig = await loggedRun([{ prefix: '/api/projects/alice/p/series', status: 500 }]);
    const report = await rig.run.finish();
    expect(arrived(rig)).toEqual(everything);
    expect(report.pending).toMatchObject({ series: 2, scalar: 0, media: 0 });
  });
});

describe('refused', () => {
  test('one bad record in a batch costs itself', async () => {
    const bad = ({ body }: { body: unknown }) =>
      (body as { metrics: { index: number }[] }).metrics.some(({ index }) => index === 4);
    const rig = await loggedRun([{ prefix: metrics, type: 'scalar', status: 400, when: bad }]);
    const report = await rig.run.finish();
    expect(acceptedRecords(rig.server, 'scalar').map(({ index }) => index)).toEqual([
      0, 1, 2, 3, 5, 6, 7, 8, 9,
    ]);
    expect(report).toMatchObject({ complete: true, closed: true });
    expect(report.dropped).toMatchObject([
      { lane: 'scalar', key: 'loss', reason: 'refused-by-server', count: 1, status: 400 },
    ]);
    expect(rig.said.join('\n')).toContain('dropped scalar "loss"');
  });

  test('413 is answered with smaller requests', async () => {
    const rig = await createRig();
    const run = await rig.client.init({ project: 'p', metadata: 'none' });
    rig.server.faults.push({ prefix: metrics, status: 413, when: ({ bytes }) => bytes.length > 100_000 });
    for (let step = 0; step < 5000; step += 1) run.log({ loss: step });
    const report = await run.finish();
    expect(report).toMatchObject({ complete: true, uploaded: { scalar: 5000 }, dropped: [] });
  });

  test('after a 413 the batches that follow are smaller at once', async () => {
    const rig = await createRig({}, { settings: { requestBytes: 100_000 } });
    const run = await rig.client.init({ project: 'p', metadata: 'none' });
    rig.server.faults.push({ prefix: metrics, status: 413, when: ({ bytes }) => bytes.length > 60_000 });
    for (let step = 0; step < 6000; step += 1) run.log({ loss: step });
    const report = await run.finish();
    expect(report).toMatchObject({ complete: true, dropped: [] });
    expect(rig.server.exchanges.filter(({ status }) => status === 413)).toHaveLength(1);
  });

  test('a server that accepts nothing of a type is not about single data: they are kept', async () => {
    const rig = await createRig();
    const run = await rig.client.init({ project: 'p', metadata: 'none' });
    rig.server.faults.push({ prefix: metrics, status: 400 });
    for (let step = 0; step < 1000; step += 1) run.log({ loss: step });
    const report = await run.finish();
    expect(report.complete).toBe(false);
    expect(report.pending.scalar + report.dropped.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(report.pending.scalar).toBeGreaterThan(980);
    expect(rig.server.exchanges.filter(({ path }) => path === metrics).length).toBeLessThan(80);
  });

  test.each([403, 404])(
    '%i is about the run: nothing is dropped, and finish does not wait for it',
    async (status) => {
      const rig = await loggedRun([
        { prefix: metrics, status, reply: { code: 'Disabled_Resource', message: 'gone' } },
      ]);
      const report = await rig.run.finish();
      expect(report).toMatchObject({
        complete: false,
        closed: false,
        pending: { scalar: 10, media: 1, console: 2 },
        dropped: [],
      });
      expect(report.reasons.join('\n')).toContain('Disabled_Resource');
      expect(rig.clock.slept.filter((wait) => wait > 1500)).toEqual([]);
    },
  );

  test('a key that was revoked keeps everything in the spool', async () => {
    const rig = await loggedRun([
      { prefix: metrics, status: 401 },
      { prefix: '/api/login', status: 401 },
    ]);
    const report = await rig.run.finish();
    expect(report).toMatchObject({ complete: false, pending: { scalar: 10 }, dropped: [] });
    expect(report.reasons.join('\n')).toContain('does not know this API key');
  });
});

describe('bounded', () => {
  test('finish ends when its time is over, although a request hangs, and the rest can be sent later', async () => {
    const { run, server, clock, client } = await loggedRun([{ prefix: metrics, manner: 'hang' }]);
    const hanging = server.seen(({ path }) => path === metrics);
    const finishing = run.finish('success', { timeoutMs: 5000 });
    await hanging;
    clock.advance(5000);
    const report = await finishing;
    expect(report).toMatchObject({ complete: false, closed: false, pending: { scalar: 10 }, dropped: [] });
    expect(report.hint).toContain('syncFolder');
    server.faults.length = 0;
    expect(await client.syncFolder(report.folder as string)).toMatchObject({
      complete: true,
      uploaded: { scalar: 10 },
      dropped: [],
    });
  });

  test('a sync goes on where the last one stopped, and when all is there asks for nothing', async () => {
    const { run, server, client } = await loggedRun([{ prefix: metrics, type: 'scalar', status: 503 }]);
    const { folder } = await run.finish('success', { timeoutMs: 5000 });
    server.faults.length = 0;
    server.exchanges.length = 0;
    const second = await client.syncFolder(folder as string);
    expect(second).toMatchObject({
      complete: true,
      uploaded: { scalar: 10, media: 0, console: 0, series: 0 },
    });
    server.exchanges.length = 0;
    expect(await client.syncFolder(folder as string)).toMatchObject({
      complete: true,
      alreadyUploaded: true,
      uploaded: { scalar: 0 },
    });
    expect(server.exchanges).toEqual([]);
  });

  test('two syncs of one folder at once send nothing twice', async () => {
    const { run, server, client } = await loggedRun([{ prefix: metrics, status: 503 }]);
    const { folder } = await run.finish('success', { timeoutMs: 1000 });
    server.faults.length = 0;
    server.exchanges.length = 0;
    const [first, second] = await Promise.allSettled([
      client.syncFolder(folder as string),
      client.syncFolder(folder as string),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { complete: true } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'already-uploading' } });
    expect(acceptedRecords(server, 'scalar')).toHaveLength(10);
    expect(await client.syncFolder(folder as string)).toMatchObject({ alreadyUploaded: true });
  });

  test.each([
    ['by a process that is gone', { host: hostname(), pid: 2 ** 30 }, 0],
    ['more than a minute ago, by whomever', { host: 'elsewhere', pid: 1 }, 61],
  ])('a hold that was left %s holds nobody up', async (_, owner, age) => {
    const { run, server, client } = await loggedRun([{ prefix: metrics, status: 503 }]);
    const { folder } = await run.finish('success', { timeoutMs: 1000 });
    server.faults.length = 0;
    const hold = join(folder as string, 'sdk-http.uploading');
    writeFileSync(hold, JSON.stringify(owner));
    const then = Date.now() / 1000 - age;
    utimesSync(hold, then, then);
    expect(await client.syncFolder(folder as string)).toMatchObject({ complete: true });
    expect(readdirSync(folder as string)).not.toContain('sdk-http.uploading');
  });

  test('memory holds no more than a batch: thirty thousand points with the server down are in the file', async () => {
    const { run, server, client } = await loggedRun([{ prefix: metrics, status: 503 }]);
    for (let step = 10; step < 30_000; step += 1) run.log({ loss: step });
    const report = await run.finish('success', { timeoutMs: 1000 });
    expect(report.pending.scalar).toBe(30_000);
    server.faults.length = 0;
    expect(await client.syncFolder(report.folder as string)).toMatchObject({
      complete: true,
      uploaded: { scalar: 30_000 },
    });
    expect(server.counts.points).toBeGreaterThanOrEqual(30_000);
  });

  test('a killed process loses no more than its last second and a half', async () => {
    const { run, folder, client, server } = await loggedRun([{ prefix: metrics, status: 503 }]);
    await run.flush({ timeoutMs: 1000 });
    // The process is gone: nobody finishes the run.
    server.faults.length = 0;
    const left = join(
      folder,
      'swanlog',
      readdirSync(join(folder, 'swanlog')).find((name) => name.startsWith('run-')) as string,
    );
    expect(await client.syncFolder(left)).toMatchObject({
      complete: true,
      state: 'CRASHED',
      uploaded: { scalar: 10 },
      log: { ended: 'end' },
    });
  });

  test('a log that breaks off is sent up to the break', async () => {
    const { run } = await loggedRun([{ prefix: metrics, status: 503 }]);
    const { folder } = await run.finish('success', { timeoutMs: 1000 });
    const name = readdirSync(folder as string).find((entry) => entry.endsWith('.swanlab')) as string;
    const log = join(folder as string, name);
    truncateSync(log, statSync(log).size - 20);
    const fresh = await createRig();
    const report = await fresh.client.syncFolder(folder as string);
    expect(report).toMatchObject({
      complete: true,
      state: 'CRASHED',
      log: { ended: 'truncated' },
      uploaded: { scalar: 10 },
    });
    expect(fresh.said.join('\n')).toContain('truncated');
  });
});

describe('login and init', () => {
  test('a clock that is wrong by years asks for no login before each request', async () => {
    const years = 5 * 365 * 24 * 3600 * 1000;
    const rig = await createRig({}, { clock: new TestClock(Date.now() + years) });
    const { run } = await loggedRun([], rig);
    expect(await run.finish()).toMatchObject({ complete: true });
    expect(callsOf(rig.server).filter((call) => call.endsWith('/login/api_key'))).toHaveLength(1);
  });

  test('the web pages in place of the API are named at once', async () => {
    const rig = await createRig();
    rig.server.faults.push({ prefix: '/api/login', status: 200, reply: page });
    await expect(rig.client.login()).rejects.toMatchObject({ code: 'invalid-answer' });
    expect(rig.server.exchanges).toHaveLength(1);
  });

  test('a server that cannot be reached makes an offline run where that is wanted', async () => {
    const rig = await createRig();
    await rig.server.close();
    await expect(rig.client.init({ project: 'p' })).rejects.toBeInstanceOf(ApiError);
    const run = await rig.client.init({ project: 'p', onInitFailure: 'offline' });
    run.log({ a: 1 });
    expect(await run.finish()).toMatchObject({ complete: false, closed: false, pending: { scalar: 1 } });
    expect(run.mode).toBe('offline');
    expect(rig.said.join('\n')).toContain('offline, because');
  });

  test('mode offline asks for nothing, mode disabled leaves no trace, mode local is refused', async () => {
    const { client, server, folder } = await createRig();
    const disabled = await client.init({ project: 'p', mode: 'disabled' });
    disabled.log({ a: 1 });
    disabled.logText({ key: 't', data: 'x' });
    expect(await disabled.finish()).toMatchObject({ complete: true, folder: undefined });
    expect(readdirSync(folder)).toEqual([]);
    const offline = await client.init({ project: 'p', mode: 'offline' });
    offline.log({ a: 1 });
    await offline.finish();
    expect(readFileSync(join(folder, 'swanlog', '.gitignore'), 'utf8')).toBe('*\n');
    await expect(client.init({ mode: 'local' })).rejects.toMatchObject({
      code: 'local-mode',
      hint: expect.stringContaining('offline') as string,
    });
    expect(server.exchanges).toEqual([]);
  });

  test('a random id that somebody has already is given up for another', async () => {
    const { client, server } = await createRig();
    server.faults.push({
      method: 'POST',
      prefix: '/api/project/alice/p/experiment',
      status: 200,
      reply: { cuid: 'stranger', name: 'x', createdAt: '2026-01-02T03:04:05Z' },
      times: 1,
    });
    const run = await client.init({ project: 'p' });
    const ids = server.exchanges
      .filter(({ path }) => path.endsWith('/experiment'))
      .map(({ body }) => (body as { cuid: string }).cuid);
    expect(new Set(ids).size).toBe(2);
    expect(run.id).toBe(ids[1]);
    await run.finish();
  });

  test('a login that is saved is found again, by its owner only, and not shown to another server', async () => {
    const { client, server, folder } = await createRig();
    await client.login({ apiKey: 'another-key', save: true });
    const file = join(folder, 'home', '.netrc');
    expect(readFileSync(file, 'utf8')).toBe(
      `machine ${server.url}\n\tlogin http://fixture.test\n\tpassword another-key\n`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const environment = { SWANLAB_ROOT: join(folder, 'home') };
    const later = new SwanLabClient({ environment, workingDirectory: folder });
    expect(later.settings.apiHost).toBe(server.url);
    await later.login();
    expect(server.exchanges.at(-1)?.headers['authorization']).toBe('another-key');
    const elsewhere = new SwanLabClient({
      environment,
      workingDirectory: folder,
      host: 'https://other.example',
    });
    expect(elsewhere.hasKey).toBe(false);
    await expect(elsewhere.init({ project: 'p' })).rejects.toMatchObject({ code: 'not-logged-in' });
  });
});

describe('secrets', () => {
  test('the key is in no error, no message and no inspection', async () => {
    const rig = await loggedRun([]);
    const echo: Fault = {
      prefix: metrics,
      status: 403,
      reply: { code: 'No', message: `key ${testKey}, cookie sid-fixture-0001` },
    };
    rig.server.faults.push(echo, {
      prefix: '/api/group',
      status: 400,
      reply: { code: 'No', message: testKey },
    });
    const error: unknown = await rig.client.api.workspace('alice').catch((reason: unknown) => reason);
    const report = await rig.run.finish();
    const seen = [rig.client, rig.run, rig.client.api, error, report, rig.said]
      .map(
        (value) =>
          inspect(value, { depth: Infinity, showHidden: true }) + JSON.stringify(value) + String(value),
      )
      .join('\n');
    expect(seen).not.toContain(testKey);
    expect(seen).not.toContain('sid-fixture-0001');
    expect(seen).toContain('***');
  });

  test('a key that is no header is refused without being quoted', async () => {
    const { client, server } = await createRig({}, { apiKey: 'first half\nsecond half' });
    const error: unknown = await client.login().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid-key' });
    expect(inspect(error)).not.toContain('half');
    expect(server.exchanges).toEqual([]);
  });

  test('object storage gets no cookie and no key', async () => {
    const { run, server } = await loggedRun([]);
    await run.finish();
    const put = server.exchanges.find(({ path }) => path.startsWith('/storage/put/'));
    expect(put?.headers).not.toHaveProperty('cookie');
    expect(put?.headers).not.toHaveProperty('authorization');
    expect(put?.headers).toMatchObject({
      'x-swanlab-sdk-version': '0.10.3',
      'user-agent': 'swanlab-sdk-http/0.1.0',
    });
  });

  test('a redirect is not followed, for it would carry the session with it', async () => {
    const { run, server } = await loggedRun([
      { prefix: metrics, status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    ]);
    const report = await run.finish();
    expect(report.reasons.join('\n')).toContain('the server points to http://127.0.0.1:1/');
    expect(report.dropped).toEqual([]);
    expect(server.counts.points).toBe(0);
  });
});

describe('saved files', () => {
  test('a large file goes in parts, in their order', async () => {
    const { client, server, folder } = await createRig({}, { settings: { saveSplit: 1000, savePart: 400 } });
    const run = await client.init({ project: 'p', metadata: 'none' });
    writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(1000, 'abcdefgh'));
    expect(run.save(join(folder, '*.bin'), { base: folder })).toEqual(['weights.bin']);
    expect(await run.finish()).toMatchObject({ complete: true, dropped: [] });
    const parts = server.exchanges.filter(({ path }) => path.startsWith('/storage/part/weights.bin/'));
    parts.sort((one, other) => one.path.localeCompare(other.path));
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(Buffer.alloc(1000, 'abcdefgh'))).toBe(true);
    const done = server.exchanges.find(({ path }) => path.endsWith('/files/complete-multipart'));
    expect(done?.body).toMatchObject({
      files: [
        {
          path: 'weights.bin',
          uploadId: 'upload-weights.bin',
          parts: [{ partNumber: 1 }, { partNumber: 2 }, { partNumber: 3 }],
        },
      ],
    });
  });

  test('a file with policy end is saved as it is at the end', async () => {
    const { client, server, folder } = await createRig();
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'draft');
    const run = await client.init({ project: 'p', metadata: 'none' });
    run.save(file, { base: folder, policy: 'end' });
    await run.flush();
    writeFileSync(file, 'final');
    await run.finish();
    const puts = server.exchanges.filter(({ path }) => path === '/storage/files/notes.txt');
    expect(puts.map(({ bytes }) => bytes.toString())).toEqual(['final']);
  });

  test('a file that is gone is reported, the others are saved', async () => {
    const { client, server, folder } = await createRig();
    for (const name of ['a.txt', 'b.txt']) writeFileSync(join(folder, name), name);
    const run = await client.init({ project: 'p', metadata: 'none', mode: 'offline' });
    run.save(join(folder, '?.txt'), { base: folder });
    const { folder: left } = await run.finish();
    rmSync(join(folder, 'a.txt'));
    const report = await client.syncFolder(left as string);
    expect(report.dropped).toMatchObject([{ lane: 'file', key: 'a.txt', reason: 'file-missing' }]);
    expect(callsOf(server)).toContain('PUT /storage/files/b.txt');
    expect(report.complete).toBe(true);
  });
});
