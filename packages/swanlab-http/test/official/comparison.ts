import { expect, onTestFinished } from 'vitest';
import type { Scenario } from '../scenarios.ts';
import { scenarios } from '../scenarios.ts';
import { drive } from '../support/drive.ts';
import { startFixture } from '../support/fixture-server.ts';
import type { NormalForm } from '../support/normal-form.ts';
import { entriesOf, normalise } from '../support/normal-form.ts';
import { createRig, temporaryFolder } from '../support/rig.ts';
import { driveOfficial } from './official-client.ts';

/** A scenario without what only one of the two clients can do, or says about itself. */
export function comparable({ init, steps, ...rest }: Scenario): Scenario {
  return {
    ...rest,
    init,
    steps: steps.filter(({ op }) => !['echarts', 'console', 'describe', 'flush', 'system'].includes(op)),
  };
}

/** What the official client sends in a scenario. */
async function official(scenario: Scenario): Promise<NormalForm> {
  const server = await startFixture(scenario.server);
  onTestFinished(() => server.close());
  server.faults.push(...(scenario.faults ?? []).map((fault) => ({ ...fault })));
  await driveOfficial(scenario, server.url, temporaryFolder());
  return normalise(entriesOf(server.exchanges), runIdOf(server.exchanges));
}

/** What our client sends in it. */
export async function ours(scenario: Scenario): Promise<NormalForm> {
  const rig = await createRig(scenario.server);
  rig.server.faults.push(...(scenario.faults ?? []).map((fault) => ({ ...fault })));
  const { run } = await drive(rig.client, scenario, { folder: rig.folder });
  return normalise(entriesOf(rig.server.exchanges), run.id);
}

export function runIdOf(exchanges: readonly { path: string; body: unknown }[]): string {
  const created = exchanges.find(({ path }) => path.endsWith('/experiment'));
  return (created?.body as { cuid: string }).cuid;
}

/** What a person sees on the server, without how it got there. */
export const data = ({ series, points, media, config, files }: NormalForm) => ({
  series,
  points,
  media,
  config,
  files,
});
/** The calls that open and close a run; how often a heart beats is a matter of speed. */
export const control = (form: NormalForm) => form.control.filter((call) => !call.includes('heartbeat'));

/** Lets both clients do a scenario, each with a server of its own, and compares what the servers got. */
export async function compare(id: string): Promise<void> {
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
}
