/**
 * What tracking costs a run whose server accepts every request and answers none, in seconds of a real clock:
 *
 *     npx esbuild test/bench/tracking.ts --bundle --platform=node --format=esm --conditions=@temper/source \
 *       --outfile=node_modules/.cache/tracking-bench.mjs && node node_modules/.cache/tracking-bench.mjs
 *
 * Ends with 1 where it is more than five seconds. That the bound holds on any machine is proved on a clock that a test holds, in
 * packages/tracking.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFixture } from '../../packages/swanlab-http/test/support/fixture-server.ts';
import { createTracker } from '../../packages/tracking/src/index.ts';

const label = 'lora-sft';
const fingerprint = 'f'.repeat(64);

async function measure(silent: string): Promise<boolean> {
  const server = await startFixture();
  const workspace = mkdtempSync(join(tmpdir(), 'temper-tracking-bench-'));
  server.faults.push({ prefix: silent, manner: 'hang' });
  const tracker = createTracker({
    plan: {
      pipeline: 'bench',
      configuration: 'default',
      steps: [{ label, stage: label, params: {}, inputs: [], tracked: true }],
    },
    environment: {
      SWANLAB_API_HOST: server.url,
      SWANLAB_API_KEY: 'key-of-a-bench-0001',
      SWANLAB_ROOT: join(workspace, 'home'),
    },
    workspace,
    records: join(workspace, 'tracking'),
    writer: { host: '', bootId: '', pid: process.pid, startTime: '' },
    logDir: () => join(workspace, 'swanlab'),
    say: () => undefined,
  });
  tracker.listen({
    type: 'step-started',
    label,
    stage: label,
    fingerprint,
    reasons: [],
    continues: undefined,
  });
  const begun = performance.now();
  for (let step = 1; step <= 10_000; step += 1)
    tracker.listen({ type: 'step-progress', label, step, of: 10_000, metrics: { loss: 1 / step } });
  const told = performance.now();
  const step = { label, stage: label, variable: null, outcome: 'ran', reasons: [], fingerprint } as const;
  tracker.listen({ type: 'step-ended', step: { ...step, seconds: 1, outputs: {} } });
  const { runs } = await tracker.close();
  const seconds = (performance.now() - told) / 1000;
  const isGood = seconds <= 5 && runs.length === 1 && runs[0]?.dropped === 0;
  console.log(
    `${`${silent} never answers`.padEnd(36)} 10,000 reports ${((told - begun) / 1000).toFixed(3)} s, the end ${seconds.toFixed(2)} s${isGood ? '  ok' : '  MISSED'}`,
  );
  await server.close();
  rmSync(workspace, { recursive: true, force: true });
  return isGood;
}

const good = [await measure('/api'), await measure('/api/house/metrics')];
process.exit(good.every(Boolean) ? 0 : 1);
