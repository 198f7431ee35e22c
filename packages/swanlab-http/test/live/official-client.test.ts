import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { offlineRun, scenarios } from '../scenarios.ts';
import { drive } from '../support/drive.ts';
import { startFixture } from '../support/fixture-server.ts';
import type { NormalForm } from '../support/normal-form.ts';
import { entriesOf, normalise } from '../support/normal-form.ts';
import { createRig, temporaryFolder } from '../support/rig.ts';
import { driveOfficial, reason, syncOfficial, withoutPython } from './official-client.ts';

/** The same scenarios as in conformance.test.ts, with the official client itself in the place of the recording. */

const compared = [
  'fresh',
  'crash',
  'abort',
  'legacy',
  'resume',
  'resume2',
  'many',
  'f500',
  'fput',
  'state500',
  'login500',
  'hf2',
  'hf3',
];

/** What only one of the two can do, or says about itself. */
function comparable({ init, steps, ...rest }: Scenario): Scenario {
  return {
    ...rest,
    init,
    steps: steps.filter(({ op }) => !['echarts', 'console', 'describe', 'flush', 'system'].includes(op)),
  };
}

async function official(scenario: Scenario): Promise<NormalForm> {
  const server = await startFixture(scenario.server);
  onTestFinished(() => server.close());
  server.faults.push(...(scenario.faults ?? []).map((fault) => ({ ...fault })));
  await driveOfficial(scenario, server.url, temporaryFolder());
  return normalise(entriesOf(server.exchanges), runIdOf(server.exchanges));
}

async function ours(scenario: Scenario): Promise<NormalForm> {
  const rig = await createRig(scenario.server);
  rig.server.faults.push(...(scenario.faults ?? []).map((fault) => ({ ...fault })));
  const { run } = await drive(rig.client, scenario, { folder: rig.folder });
  return normalise(entriesOf(rig.server.exchanges), run.id);
}

function runIdOf(exchanges: readonly { path: string; body: unknown }[]): string {
  const created = exchanges.find(({ path }) => path.endsWith('/experiment'));
  return (created?.body as { cuid: string }).cuid;
}

const data = ({ series, points, media, config, files }: NormalForm) => ({
  series,
  points,
  media,
  config,
  files,
});
const control = (form: NormalForm) => form.control.filter((call) => !call.includes('heartbeat'));

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official client', () => {
  test.each(compared)('%s: sends what ours sends', async (id) => {
    const scenario = comparable(scenarios.find((candidate) => candidate.id === id) as Scenario);
    const [theirs, mine] = [await official(scenario), await ours(scenario)];
    expect(control(mine)).toEqual(control(theirs));
    expect(mine.bodies).toEqual(theirs.bodies);
    const better = data(mine);
    const given = data(theirs);
    // Ours keeps captions beside their texts, and does not empty the config of a resumed run.
    if (id === 'fresh')
      better.media = { ...better.media, 'sample/text|1': given.media['sample/text|1'] as never };
    if (id.startsWith('resume')) better.config = given.config;
    expect(better).toEqual(given);
  });

  test('swanlab sync uploads a folder of ours as we do ourselves', async () => {
    const scenario = comparable(scenarios.find(({ id }) => id === 'fresh') as Scenario);
    const online = await ours(scenario);
    const rig = await createRig({ project: 'absent' });
    const { run } = await drive(rig.client, scenario, { folder: rig.folder, init: { mode: 'offline' } });
    await syncOfficial(run.folder as string, rig.server.url, rig.folder, ['-i', run.id]);
    const uploaded = normalise(entriesOf(rig.server.exchanges), run.id);
    const { 'sample/text|1': pair, ...media } = uploaded.media;
    const { 'sample/text|1': ourPair, ...ourMedia } = online.media;
    expect(pair?.objects).toEqual(ourPair?.objects);
    expect({ ...data(uploaded), media }).toEqual({ ...data(online), media: ourMedia });
    expect(control(uploaded)).toEqual(control(online));
  });

  test('swanlab sync takes what is left of a run of ours whose server went down', async () => {
    const rig = await createRig();
    rig.server.faults.push({ prefix: '/api/house/metrics', status: 503 });
    const run = await rig.client.init({ project: 'p', metadata: 'none' });
    for (let step = 0; step < 5000; step += 1) run.log({ loss: step, 'train/lr': 1 / (step + 1) });
    run.console(`${'x'.repeat(40_000)}\nlast line`);
    await run.finish('crashed', { error: 'boom', timeoutMs: 1000 });
    rig.server.faults.length = 0;
    rig.server.exchanges.length = 0;
    await syncOfficial(run.folder as string, rig.server.url, rig.folder, ['-i', run.id]);
    const uploaded = normalise(entriesOf(rig.server.exchanges), run.id);
    expect(Object.keys(uploaded.points)).toHaveLength(10_000);
    expect(uploaded.lines.at(-1)).toEqual(['ERROR', 'boom']);
    expect(uploaded.bodies['PUT /api/project/alice/p/runs/expcuid0001/state']).toMatchObject({
      state: 'CRASHED',
    });
  });

  test('our sync uploads a folder of theirs as swanlab sync does', async () => {
    const server = await startFixture({ project: 'absent' });
    onTestFinished(() => server.close());
    const folder = temporaryFolder();
    const { id: _, resume: __, ...init } = offlineRun.init;
    const scenario = comparable(scenarios.find((candidate) => candidate.id === 'fresh') as Scenario);
    await driveOfficial(
      { ...scenario, init: { ...init, ...scenario.init, mode: 'offline' } },
      server.url,
      folder,
    );
    expect(server.exchanges).toEqual([]);
    const name = readdirSync(join(folder, 'swanlog')).find((entry) => entry.startsWith('run-')) as string;
    const written = join(folder, 'swanlog', name);

    await syncOfficial(written, server.url, folder);
    const theirs = normalise(entriesOf(server.exchanges), runIdOf(server.exchanges));
    const rig = await createRig({ project: 'absent' });
    const report = await rig.client.syncFolder(written);
    const mine = normalise(entriesOf(rig.server.exchanges), report.runId);
    expect(written.endsWith(`-${report.runId}`)).toBe(true);
    const better = {
      ...data(mine),
      media: { ...mine.media, 'sample/text|1': theirs.media['sample/text|1'] },
    };
    expect(better).toEqual(data(theirs));
    expect(mine.control).toEqual(theirs.control);
    expect(mine.bodies).toEqual(theirs.bodies);
    rig.server.exchanges.length = 0;
    expect(await rig.client.syncFolder(written)).toMatchObject({ alreadyUploaded: true });
  });
});
