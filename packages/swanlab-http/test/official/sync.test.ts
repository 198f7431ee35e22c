/** Folders of ours through the official `swanlab sync`, and folders of the official client through ours. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { offlineRun, scenarios } from '../scenarios.ts';
import { drive } from '../support/drive.ts';
import { startFixture } from '../support/fixture-server.ts';
import { entriesOf, normalise } from '../support/normal-form.ts';
import { createRig, temporaryFolder } from '../support/rig.ts';
import { comparable, control, data, ours, runIdOf } from './comparison.ts';
import { driveOfficial, reason, syncOfficial, withoutPython } from './official-client.ts';

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official client', () => {
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
