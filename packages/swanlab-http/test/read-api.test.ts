import { expect, test } from 'vitest';
import { readRecording } from './support/recorded-traffic.ts';
import { callsOf, createRig } from './support/rig.ts';

const recording = readRecording().find(({ id }) => id === 'api');
const csv =
  'step,fixture-run-train/loss_step,fixture-run-train/loss_timestamp\n0,2.0,1767323045000\n5,0.5,1767323050000\n';

async function openRecording(replies: Record<string, unknown> = {}) {
  const rig = await createRig();
  const recorded = { ...recording?.replies };
  // Asked twice, for two exports.
  delete recorded['POST /api/files/presigned/get'];
  // Addresses of the recording lead to its own server; the path is what counts.
  const here = JSON.parse(
    JSON.stringify(recorded).replaceAll('http://fixture.test', rig.server.url),
  ) as Record<string, unknown>;
  rig.server.faults.push(
    ...Object.entries({ ...here, 'GET /storage/dl/exports/x.csv': csv, ...replies }).map(([call, reply]) => {
      const [method, prefix] = call.split(' ') as [string, string];
      return { method, prefix, status: 200, reply, when: ({ path }: { path: string }) => path === prefix };
    }),
  );
  return rig;
}

/** The requests of the recording that go to `path`, as body or query. */
function recordedRequests(call: string): unknown[] {
  const entries = recording?.entries.filter(({ method, path }) => `${method} ${path}` === call) ?? [];
  return entries.map(({ body, query }) => body ?? query);
}

test('every call of the recording is asked for in the same words', async () => {
  const { client, server } = await openRecording();
  const { api } = client;
  await api.workspace();
  await api.workspaces();
  await api.projects('alice');
  await api.project('alice/p');
  await api.runs('alice/p', { filters: [{ key: 'state', type: 'STABLE', op: 'EQ', value: ['FINISHED'] }] });
  await api.runs('alice/p');
  const run = await api.run('alice/p/expcuid0001');
  await run.metrics(['train/loss']);
  await run.metrics(['train/loss'], { all: true });
  await run.summary();
  await run.medias(['sample/text'], { step: 0 });
  await run.medias(['sample/text'], { all: true });
  await run.logs();
  await run.exportLogs();
  await run.series();
  await run.has(['train/loss']);
  await api.deleteRun('alice/p/expcuid0001');
  await api.deleteRuns('alice/p', ['abc123']);
  await api.deleteProject('alice/p');
  await api.createProject('newp', { workspace: 'alice' });
  await api.userProfile();
  await api.selfHosted();

  for (const { method, path } of recording?.entries ?? []) {
    // A leading slash in a path breaks the recorded client's address; ours mends it.
    const call = `${method} ${path.replace('//', '/')}`;
    // Statistics by time are of no use that those by step are not.
    if (path === '/api/project/alice/p/runs/abc123' || path.includes('//')) continue;
    expect(callsOf(server)).toContain(call);
    const asked = server.exchanges
      .filter((exchange) => `${exchange.method} ${exchange.path}` === call)
      .map(({ body, query }) => body ?? (Object.keys(query).length > 0 ? query : undefined));
    const wanted = recordedRequests(call).filter(
      (body) => (body as { xType?: string } | undefined)?.xType !== 'timestamp',
    );
    for (const body of wanted) if (body !== undefined) expect(asked).toContainEqual(body);
  }
  expect(callsOf(server)).toContain('POST /api/project/alice/p/runs/del');
  expect(callsOf(server).filter((call) => call === 'POST /api/login/api_key')).toHaveLength(1);
});

test('points come with their statistics, in the order that was asked for', async () => {
  const { client } = await openRecording();
  const run = await client.api.run('/@alice/p/runs/expcuid0001');
  expect(await run.metrics(['missing', 'train/loss'])).toEqual([
    { key: 'missing', points: [] },
    {
      key: 'train/loss',
      points: [
        { index: 0, data: 2, timestamp: 1767323045000 },
        { index: 5, data: 0.5, timestamp: 1767323050000 },
      ],
      min: { index: 5, data: 0.5 },
      max: { index: 0, data: 2 },
      latest: { index: 5, data: 0.5 },
    },
  ]);
});

test('all points come by way of an export, and a range cuts them', async () => {
  const { client } = await openRecording();
  const run = await client.api.run('alice/p/expcuid0001');
  const [all] = await run.metrics(['train/loss'], { all: true });
  expect(all?.points).toEqual([
    { index: 0, data: 2, timestamp: 1767323045000 },
    { index: 5, data: 0.5, timestamp: 1767323050000 },
  ]);
  const [late] = await run.metrics(['train/loss'], { range: { start: 1 } });
  expect(late?.points).toEqual([{ index: 5, data: 0.5, timestamp: 1767323050000 }]);
});

test('a run, its media, its console and its summary are read', async () => {
  const { client, server } = await openRecording();
  const run = await client.api.run('alice/p/abc123');
  expect(run.info).toMatchObject({
    id: 'expcuid0001',
    slug: 'abc123',
    name: 'fixture-run',
    tags: ['t1'],
    group: 'g1',
  });
  const url = `${server.url}/storage/dl/media/text/000-abcd.txt`;
  expect([...(await run.medias(['sample/text'], { all: true }))]).toEqual([
    ['sample/text', [{ index: 0, items: [{ path: 'media/text/000-abcd.txt', url, caption: 'c' }] }]],
  ]);
  expect(await run.logs()).toEqual([
    { epoch: 1, level: 'INFO', message: 'hello', timestamp: '2026-01-02T03:04:06Z' },
  ]);
  expect(await run.summary()).toMatchObject({ 'train/loss': { step: 5, value: 0.5 } });
  expect(await run.has(['train/loss', 'other'])).toEqual(new Set(['train/loss']));
});

test('null stands for an empty list everywhere', async () => {
  const { client } = await openRecording({
    'POST /api/house/metrics/scalar': null,
    'POST /api/house/metrics/scalar/value': [null],
    'POST /api/house/metrics/f_media': [{ key: 'sample/text', metrics: null }],
    'GET /api/house/metrics/log': { logs: null, count: 0 },
    'POST /api/house/metrics/summaries': { expcuid0001: null },
    'POST /api/house/metrics/scalar/keys': { keys: null },
    'GET /api/user/alice/groups': null,
  });
  const run = await client.api.run('alice/p/expcuid0001');
  expect(await run.metrics(['train/loss'])).toEqual([{ key: 'train/loss', points: [] }]);
  expect((await run.medias(['sample/text'], { all: true })).get('sample/text')).toEqual([]);
  expect(await run.logs()).toEqual([]);
  expect(await run.summary()).toEqual({});
  expect(await run.series()).toEqual([]);
  expect(await client.api.workspaces()).toEqual([]);
});

test('keys are asked for sixteen at a time', async () => {
  const { client, server } = await openRecording();
  const run = await client.api.run('alice/p/expcuid0001');
  await run.metrics(Array.from({ length: 40 }, (_, at) => `key ${at}`));
  const sizes = server.exchanges
    .filter(({ path }) => path === '/api/house/metrics/scalar')
    .map(({ body }) => (body as { columns: unknown[] }).columns.length);
  expect(sizes.sort()).toEqual([16, 16, 8]);
});

test('a path that cannot be one is refused before anything is asked', async () => {
  const { client, server } = await openRecording();
  await expect(client.api.run('alice/p')).rejects.toMatchObject({ code: 'invalid-path' });
  expect(server.exchanges).toEqual([]);
});

test('grouped runs are flattened', async () => {
  const { client } = await openRecording({
    'POST /api/project/alice/p/runs/shows': {
      g1: { train: [{ cuid: 'one', name: 'a' }] },
      g2: [{ cuid: 'two', name: 'b' }],
    },
  });
  const runs = await client.api.runs('alice/p', {
    sorts: [{ key: 'createdAt', type: 'STABLE', order: 'DESC' }],
  });
  expect(runs.map(({ id }) => id)).toEqual(['one', 'two']);
});
