/** The demonstration as a visitor runs it: about five minutes of one core. */
import { expect, test } from 'vitest';
import setup from '../setup/python-environment.ts';
import { useWorkspace } from '../rig/workspace/index.ts';
import { metricsOf, runDemonstration } from './demonstration.ts';

test('SmolLM2 learns to answer with calls that it could not make before', async () => {
  await setup();
  const workspace = await useWorkspace();
  const ran = await runDemonstration(workspace);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const [before, after] = [
    await metricsOf(ran, workspace, 'evaluate:before'),
    await metricsOf(ran, workspace, 'evaluate:after'),
  ];
  console.log(ran.stdout);
  expect(before['validCalls']?.value).toBeLessThan(0.15);
  expect(before['exactCalls']?.value).toBe(0);
  expect(after['validCalls']?.value).toBeGreaterThan(0.9);
  expect(after['exactCalls']?.value).toBeGreaterThan(0.5);
});
