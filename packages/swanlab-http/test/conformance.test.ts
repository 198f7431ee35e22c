import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Text } from '../src/media.ts';
import { encodeRecord } from '../src/spool/encoding.ts';
import { createRunFolder } from '../src/spool/folder.ts';
import { SpoolWriter } from '../src/spool/writer.ts';
import type { Scenario } from './scenarios.ts';
import { offlineRun, scenarios } from './scenarios.ts';
import { drive } from './support/drive.ts';
import type { NormalForm } from './support/normal-form.ts';
import { entriesOf, normalise } from './support/normal-form.ts';
import type { RecordedScenario } from './support/recorded-traffic.ts';
import { readRecording } from './support/recorded-traffic.ts';
import type { Rig } from './support/rig.ts';
import { callsOf, createRig } from './support/rig.ts';

/**
 * One description of what a program does, executed by our client, against what the official client sent for the same. Where
 * ours is deliberately better, the test says in which way.
 */

const recording = new Map(readRecording().map((scenario) => [scenario.id, scenario]));
const state = '/api/project/alice/fixture-proj/runs/expcuid0001/state';
const heartbeat = 'POST /api/house/experiments/expcuid0001/heartbeat';
const login = 'POST /api/login/api_key';

function recorded(id: string): NormalForm {
  return normalise((recording.get(id) as RecordedScenario).entries);
}

function scenario(id: string): Scenario {
  return scenarios.find((candidate) => candidate.id === id) as Scenario;
}

async function play(id: string, options: { timeoutMs?: number } = {}) {
  const chosen = scenario(id);
  const rig = await createRig(chosen.server);
  rig.server.faults.push(...(chosen.faults ?? []).map((fault) => ({ ...fault })));
  const { run, report } = await drive(rig.client, chosen, { folder: rig.folder, ...options });
  return {
    rig,
    run,
    report,
    ours: normalise(entriesOf(rig.server.exchanges), chosen.init['id'] === undefined ? run.id : undefined),
  };
}

/** Everything but the order of the heartbeat, which nobody waits for. */
function expectSameControl(ours: NormalForm, theirs: NormalForm): void {
  const ordered = (form: NormalForm) => form.control.filter((call) => call !== heartbeat);
  expect(ordered(ours)).toEqual(ordered(theirs));
  expect(ours.control).toContain(heartbeat);
  expect(ours.control.at(-1)).toBe(`PUT ${state}`);
  expect(ours.bodies).toEqual(theirs.bodies);
}

function expectSameData(ours: NormalForm, theirs: NormalForm): void {
  expect(ours.series).toEqual(theirs.series);
  expect(ours.points).toMatchObject(theirs.points);
  expect(Object.keys(ours.points)).toHaveLength(
    Object.keys(theirs.points).length + (theirs.unseen['scalar'] ?? 0),
  );
  expect(ours.media).toEqual(theirs.media);
  expect(ours.lines).toEqual(theirs.lines);
  expect(ours.config).toEqual(theirs.config);
  expect(ours.files).toEqual(theirs.files);
}

test('the recording has 28 scenarios, each compared below, and the read API in read-api.test.ts', () => {
  const elsewhere = ['sync1', 'synct', 'syncid', 'login', 'api', 'old7', 'old6'];
  expect([...recording.keys()].sort()).toEqual([...scenarios.map(({ id }) => id), ...elsewhere].sort());
});

describe('a run online', () => {
  test('fresh: the same requests, but captions stay beside the texts they belong to', async () => {
    const { ours, report } = await play('fresh');
    const theirs = recorded('fresh');
    expectSameControl(ours, theirs);
    // The recorded client sends [{caption: 'c2'}] for two texts, which a reader pairs with the first.
    const { 'sample/text|1': ourPair, ...ourMedia } = ours.media;
    const { 'sample/text|1': theirPair, ...theirMedia } = theirs.media;
    expect(theirPair?.more).toEqual([{ caption: 'c2' }]);
    expect(ourPair).toEqual({ objects: theirPair?.objects, more: [null, { caption: 'c2' }] });
    expectSameData({ ...ours, media: ourMedia }, { ...theirs, media: theirMedia });
    // Dropped by both; ours says so.
    expect(report.dropped.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
      'train/loss step-used',
      'bad type invalid-value',
    ]);
  });

  test('sys: hardware figures have system series and steps of their own', async () => {
    const { ours } = await play('sys');
    const theirs = recorded('sys');
    expectSameControl(ours, theirs);
    expect(ours.series).toEqual(theirs.series);
    // The figures are those of the machine.
    expect(Object.keys(ours.points).sort()).toEqual(Object.keys(theirs.points).sort());
  });

  test('crash: the state is CRASHED and the last line is the whole error', async () => {
    const { ours } = await play('crash');
    const theirs = recorded('crash');
    expectSameControl(ours, theirs);
    expectSameData({ ...ours, lines: [] }, theirs);
    expect(ours.lines).toEqual([['ERROR', scenario('crash').finish?.error]]);
  });

  test('abort: the state is ABORTED', async () => {
    const { ours } = await play('abort');
    const theirs = recorded('abort');
    expectSameControl(ours, theirs);
    expectSameData({ ...ours, lines: [] }, theirs);
    expect(ours.lines).toEqual([['ERROR', 'stopped by hand']]);
  });

  test('legacy: project and series go the old ways', async () => {
    const { ours } = await play('legacy');
    const theirs = recorded('legacy');
    expectSameControl(ours, theirs);
    expectSameData(ours, theirs);
  });

  test.each(['resume', 'resume2'])(
    '%s: nothing at or below the known steps is sent, and no empty config',
    async (id) => {
      const { ours, report } = await play(id);
      const theirs = recorded(id);
      expectSameControl(ours, theirs);
      // The recorded client replaces the config of the run by an empty one.
      expect(theirs.config).toEqual({});
      expect(ours.config).toBeUndefined();
      expectSameData({ ...ours, config: {} }, theirs);
      expect(report.dropped).toMatchObject([{ key: 'train/loss', reason: 'step-before-resume', count: 6 }]);
    },
  );

  test('many: 25,000 points arrive in requests of at most 10,000 and a mebibyte', async () => {
    const { ours, rig } = await play('many');
    const theirs = recorded('many');
    expectSameControl(ours, theirs);
    expectSameData(ours, theirs);
    for (const { path, body, bytes } of rig.server.exchanges) {
      if (path !== '/api/house/metrics') continue;
      expect((body as { metrics: unknown[] }).metrics.length).toBeLessThanOrEqual(10_000);
      expect(bytes.length).toBeLessThanOrEqual(1024 * 1024 + 200);
    }
  });

  test.each(['hf2', 'hf3'])('%s: the keys and steps of a transformers callback', async (id) => {
    const { ours } = await play(id);
    const theirs = recorded(id);
    expectSameControl(ours, theirs);
    expectSameData(ours, theirs);
  });
});

describe('a run in trouble', () => {
  test.each(['f500', 'fput'])(
    '%s: everything arrives in the end, as with the recorded client',
    async (id) => {
      const { ours, report } = await play(id);
      const theirs = recorded(id);
      expectSameControl(ours, theirs);
      expectSameData(ours, theirs);
      expect(report).toMatchObject({ complete: true, dropped: [] });
    },
  );

  const whole = recorded('f500');
  test.each(['f429', 'f400', 'f401'])('%s: the recorded client loses points, ours loses none', async (id) => {
    const { ours, report } = await play(id);
    const theirs = recorded(id);
    expect(Object.keys(theirs.points)).toEqual(['late|4']);
    expect(ours.points).toEqual(whole.points);
    expect(ours.media).toEqual(whole.media);
    expect(ours.series).toEqual(theirs.series);
    expect(report).toMatchObject({ complete: true, dropped: [] });
  });

  test('f429: the wait that the server asks for is kept', async () => {
    const { rig } = await play('f429');
    expect(rig.clock.slept.filter((wait) => wait === 1000).length).toBeGreaterThanOrEqual(1);
  });

  test('f401: one login more, and no more than one', async () => {
    const { rig } = await play('f401');
    expect(callsOf(rig.server).filter((call) => call === login)).toHaveLength(2);
  });

  test.each(['state500', 'login500'])(
    '%s: the call is made again, as often as by the recorded client',
    async (id) => {
      const { ours } = await play(id);
      const theirs = recorded(id);
      expectSameControl(ours, theirs);
      expectSameData(ours, theirs);
    },
  );

  test('badkey: init throws after one request, and says what to do', async () => {
    const { rig, error } = await failing('badkey');
    expect(callsOf(rig.server)).toEqual([login]);
    expect(error).toMatchObject({ code: 'bad-key' });
  });

  test('expfail: init throws with the reason of the server', async () => {
    const { rig, error } = await failing('expfail');
    expect(callsOf(rig.server)).toEqual(
      (recording.get('expfail') as RecordedScenario).entries.map(({ method, path }) => `${method} ${path}`),
    );
    expect(error).toMatchObject({
      code: 'no-permission',
      message: expect.stringContaining('no permission') as string,
    });
  });

  test('sidold: sessions of three days cost one login, not one before every request', async () => {
    const { ours } = await play('sidold');
    const theirs = recorded('sidold');
    expect(theirs.control.filter((call) => call === login).length).toBeGreaterThan(8);
    const once = [login, ...theirs.control.filter((call) => call !== login)];
    expectSameControl(ours, { ...theirs, control: once });
    expectSameData(ours, theirs);
  });

  test('down: finish comes back in time, says what is missing, and a later sync brings it', async () => {
    const { rig, report, run } = await play('down', { timeoutMs: 30_000 });
    expect(report).toMatchObject({
      complete: false,
      closed: false,
      pending: { scalar: 3, media: 1, console: 0 },
      dropped: [],
    });
    expect(callsOf(rig.server)).not.toContain(`PUT ${state}`);
    rig.server.faults.length = 0;
    const later = await rig.client.syncFolder(run.folder as string);
    expect(later).toMatchObject({ complete: true, uploaded: { scalar: 3, media: 1 } });
    const { 'sample/text|3': text, ...rest } = normalise(entriesOf(rig.server.exchanges), run.id).media;
    expect(rest).toEqual({});
    expect(text).toEqual(whole.media['sample/text|3']);
  });

  async function failing(id: string): Promise<{ rig: Rig; error: unknown }> {
    const rig = await createRig(scenario(id).server);
    rig.server.faults.push(...(scenario(id).faults ?? []));
    const error: unknown = await rig.client.init(scenario(id).init).catch((reason: unknown) => reason);
    return { rig, error };
  }
});

describe('a folder', () => {
  test('sync1: an offline run is uploaded as by the official sync, under the id it has', async () => {
    const rig = await createRig(offlineRun.server);
    const { run } = await drive(rig.client, offlineRun, { folder: rig.folder, init: { mode: 'offline' } });
    expect(rig.server.exchanges).toEqual([]);
    const report = await rig.client.syncFolder(run.folder as string);
    expect(report).toMatchObject({ complete: true, state: 'FINISHED', runId: 'offrun01' });
    const ours = normalise(entriesOf(rig.server.exchanges), 'offrun01');
    const theirs = recorded('sync1');
    expect(ours.control).toEqual(theirs.control);
    expect(ours.bodies).toEqual(theirs.bodies);
    expectSameData(ours, theirs);
  });

  test('synct: a folder that another program wrote, with a line that spans blocks', async () => {
    const rig = await createRig({ project: 'absent' });
    const folder = foreignFolder(rig.folder);
    await rig.client.syncFolder(folder);
    const ours = normalise(entriesOf(rig.server.exchanges), 'foreign1');
    const theirs = recorded('synct');
    expect(ours.control).toEqual(theirs.control);
    expect(ours.bodies).toEqual(theirs.bodies);
    const [[, longLine] = [], ...ourLines] = ours.lines;
    expect(longLine).toBe('x'.repeat(70_000));
    expectSameData({ ...ours, lines: ourLines }, { ...theirs, lines: theirs.lines.slice(1) });
  });

  test('syncid: onto a run that is ahead, only what is newer is sent', async () => {
    const summary = scenario('resume').server?.summary as object;
    const rig = await createRig({ experiment: 'existing-with-time', summary });
    const fillers = Array.from({ length: 6 }, (_, at) => ({ op: 'console' as const, line: `line ${at}` }));
    const last = { op: 'console' as const, line: 'the eighth' };
    const written = { ...offlineRun, steps: [...offlineRun.steps, ...fillers, last] };
    const { run } = await drive(rig.client, written, { folder: rig.folder, init: { mode: 'offline' } });
    const report = await rig.client.syncFolder(run.folder as string, { id: 'offrun01' });
    const ours = normalise(entriesOf(rig.server.exchanges));
    const theirs = recorded('syncid');
    expect(ours.control).toEqual(theirs.control);
    expect(ours.bodies).toEqual(theirs.bodies);
    expectSameData({ ...ours, lines: [] }, theirs);
    expect(ours.lines).toEqual([['INFO', 'the eighth']]);
    expect(report.dropped.map(({ key, reason, count }) => [key, reason, count])).toEqual([
      ['train/loss', 'step-before-resume', 3],
      ['sample/text', 'step-before-resume', 1],
    ]);
  });

  function foreignFolder(root: string): string {
    const folder = createRunFolder(join(root, 'foreign'), 'foreign1', new Date(0));
    const time = { seconds: 1_795_000_000, nanos: 113_000_000 };
    const writer = new SpoolWriter(folder.log);
    const put = (record: Parameters<typeof encodeRecord>[0]) => writer.append(encodeRecord(record));
    const start = {
      project: 'fixture-proj',
      workspace: '',
      public: false,
      name: 'ts-run',
      description: '',
      tags: ['ts'],
    };
    const rest = { group: '', jobType: '', color: '', id: 'foreign1', resume: 0, startedAt: time };
    put({ kind: 'start', num: -1, time, body: { ...start, ...rest } });
    const sourcePath = '/gone/files/config.yaml';
    put({
      kind: 'save',
      num: -3,
      time,
      body: { name: 'config', sourcePath, policy: 0, type: 1, payload: undefined },
    });
    writeFileSync(join(folder.files, 'config.yaml'), "lr:\n  desc: ''\n  sort: 0\n  value: 0.1\n");
    for (let step = 0; step < 3000; step += 1) {
      put({
        kind: 'scalar',
        num: step + 1,
        time,
        body: { key: 'train/loss', step, time, value: 1 / (step + 1) },
      });
    }
    mkdirSync(join(folder.media, 'text'));
    writeFileSync(join(folder.media, 'text', '000-deadbeef.txt'), 'from TypeScript');
    const item = {
      fileName: '000-deadbeef.txt',
      sha256: 'deadbeef',
      size: 15,
      caption: 'cap',
      payload: undefined,
    };
    put({
      kind: 'media',
      num: 3001,
      time,
      body: { key: 'sample/text', step: 0, type: 4, time, items: [item] },
    });
    put({ kind: 'log', num: 3002, time, body: { line: 'x'.repeat(70_000), error: false, time, epoch: 1 } });
    put({ kind: 'log', num: 3003, time, body: { line: 'an error line', error: true, time, epoch: 2 } });
    put({ kind: 'finish', num: -2, time, body: { state: 1, error: '', finishedAt: time } });
    writer.close();
    return folder.path;
  }
});

test('login: each login is one request, with the bare key and no body', async () => {
  const { client, server } = await createRig();
  await client.login();
  await client.login();
  expect(callsOf(server)).toEqual(
    (recording.get('login') as RecordedScenario).entries.map(({ method, path }) => `${method} ${path}`),
  );
  expect(server.exchanges[0]).toMatchObject({
    headers: { authorization: 'test-key-0001', 'content-length': '0' },
  });
});

describe('clients before 0.8', () => {
  test.each(['old7', 'old6'])(
    '%s: the same keys, steps and captions; texts are objects now and all that is not finite is nan',
    async (id) => {
      const rig = await createRig();
      const init = {
        project: 'fixture-proj',
        name: 'old-run',
        description: 'd',
        tags: ['t1'],
        config: { lr: 0.1 },
      };
      const grouped = id === 'old7' ? { ...init, jobType: 'j', group: 'g' } : init;
      const run = await rig.client.init(grouped);
      [2, 1.5].forEach((loss, step) => run.log({ 'train/loss': loss, lr: 1e-4 }, { step }));
      run.log({ bad: NaN, inf: Infinity }, { step: 3 });
      run.logText({ key: 'sample/text', data: 'Hello 你好', caption: 'cap', step: 0 });
      run.log({ 'sample/text': [new Text('first'), new Text('second', { caption: 'c2' })] }, { step: 1 });
      await run.finish();
      const ours = normalise(entriesOf(rig.server.exchanges), run.id);
      const theirs = recorded(id);
      expect(ours.points).toMatchObject(theirs.points);
      expect(ours.points).toMatchObject({ 'bad|3': 'nan', 'inf|3': 'nan' });
      for (const [place, { objects, more }] of Object.entries(theirs.media)) {
        expect(ours.media[place]?.more).toEqual(more);
        expect(ours.media[place]?.objects).toEqual(
          objects.map((content) => ({ content, type: 'text/plain' })),
        );
      }
      const seen = Object.values(theirs.series) as { key: string; type: string; sectionName?: string }[];
      for (const { key, type, sectionName } of seen) {
        expect(ours.series[key]).toEqual({ key, type, ...(sectionName !== undefined && { sectionName }) });
      }
      expect(ours.config).toEqual(theirs.config);
      const experiment = 'POST /api/project/alice/fixture-proj/experiment';
      expect(ours.bodies[experiment]).toMatchObject(theirs.bodies[experiment] as object);
    },
  );
});
