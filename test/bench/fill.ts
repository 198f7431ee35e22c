/**
 * Makes every step of a pipeline in this process, so that thousands of results are there in the time of a few:
 * `node fill.mjs WORKSPACE PIPELINE STORE`. Each output is one small file that says what its step read. Prints the
 * steps and the seconds as JSON.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobRequest } from '@temper/backend';
import { createStatCache } from '@temper/fingerprint';
import { createNameFinder, createPlan } from '@temper/plan';
import { runPlan } from '@temper/run';
import { createLocalStore } from '@temper/store';
import { atOnce } from '../rig/at-once.ts';

const [workspace = '', pipeline = '', location = '', script = ''] = process.argv.slice(2);
const index = join(workspace, '.temper', 'index');

function work({ label, inputs, outputs }: JobRequest, folder: string): boolean {
  const read = inputs.flatMap(({ path }) =>
    readdirSync(join(folder, path)).map((name) => readFileSync(join(folder, path, name), 'utf8').length),
  );
  for (const { path } of outputs)
    writeFileSync(join(folder, path, 'value'), `${label} read ${read.join(', ')}\n`);
  return true;
}

const plan = await createPlan({
  workspace,
  pipeline,
  configuration: undefined,
  set: [],
  environment: process.env,
  names: createNameFinder({ workspace, script, cache: join(index, 'names') }),
});
const { result } = await runPlan(plan, {
  workspace,
  store: createLocalStore(location),
  stats: createStatCache(join(index, 'stats')),
  resolveHub: () => Promise.resolve(undefined),
  ...atOnce(work),
  keepGoing: false,
});
if (result.outcome !== 'succeeded') throw new Error(`the run ${result.outcome}`);
console.log(JSON.stringify({ steps: result.steps.length, seconds: result.seconds }));
