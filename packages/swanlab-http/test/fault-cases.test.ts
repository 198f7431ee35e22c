import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultCases, faultRows, type FaultCase, type Outcome } from './support/fault-cases.ts';
import { acceptedRecords, createRig } from './support/rig.ts';

async function endure({ faults, points = 10 }: FaultCase): Promise<Outcome> {
  const rig = await createRig();
  rig.server.faults.push(...faults.map((fault) => ({ ...fault })));
  const run = await rig.client.init({ project: 'p', metadata: 'none' });
  for (let step = 0; step < points; step += 1) run.log({ loss: step }, { step });
  run.logText({ key: 'note', data: 'abc', step: 3 });
  const hangs = faults.some(({ manner }) => manner === 'hang');
  const hanging = hangs ? rig.server.seen(({ body }) => isScalar(body)) : Promise.resolve();
  const finishing = run.finish();
  await hanging;
  if (hangs) rig.clock.expireRequests();
  const { pending } = await finishing;
  const distinct = (type: 'scalar' | 'media') =>
    new Set(acceptedRecords(rig.server, type).map(({ index }) => index)).size;
  return {
    points: distinct('scalar'),
    texts: distinct('media'),
    kept: pending.scalar + pending.media,
    ends: true,
  };
}

const isScalar = (body: unknown): boolean => (body as { type?: string } | undefined)?.type === 'scalar';

test.each(faultCases.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
  expect(await endure(fault)).toEqual(fault.ours);
});

test.each([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const)('the table of faults in %s says what was measured', (name, language) => {
  const readme = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const rows = readme.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(rows).toEqual(expect.arrayContaining(faultRows(language).map((cells) => [...cells])));
});
