import { describe, expect, onTestFinished, test } from 'vitest';
import { faultCases, type FaultCase, type Outcome } from '../support/fault-cases.ts';
import { startFixture } from '../support/fixture-server.ts';
import { acceptedRecords, temporaryFolder } from '../support/rig.ts';
import { driveOfficial, reason, withoutPython } from './official-client.ts';

/** Seconds after which a client that does not come back is taken for one that never does; a request of its own has 60. */
const patience = 40_000;

async function endure({ faults, points = 10 }: FaultCase): Promise<Outcome> {
  const server = await startFixture();
  onTestFinished(() => server.close());
  server.faults.push(...faults.map((fault) => ({ ...fault })));
  const hangs = faults.some(({ manner }) => manner === 'hang');
  const steps = [
    { op: 'many', key: 'loss', count: points } as const,
    { op: 'text', key: 'note', step: 3, items: [{ data: 'abc' }] } as const,
  ];
  const scenario = { id: 'fault', init: { project: 'p' }, steps };
  const ends = await driveOfficial(
    scenario,
    server.url,
    temporaryFolder(),
    hangs ? 4 * patience : patience,
  ).then(
    () => true,
    () => false,
  );
  const distinct = (type: 'scalar' | 'media') =>
    new Set(acceptedRecords(server, type).map(({ index }) => index)).size;
  return { points: distinct('scalar'), texts: distinct('media'), kept: 0, ends };
}

describe.skipIf(withoutPython)(withoutPython ? `skipped: ${reason}` : 'the official client', () => {
  test.each(faultCases.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    expect(await endure(fault)).toEqual(fault.official);
  });
});
