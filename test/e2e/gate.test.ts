/** A gate between an adapter and what is made of it: exit code 4 for a worse metric, and no work for a better one. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useWorkspace, type Workspace } from '../rig/workspace/index.ts';

const stages = {
  train: {
    declaration: `
import { loraAdapter } from '@temper/stages';
export const train = defineStage(import.meta.url, {
  name: 'train',
  params: z.strictObject({}),
  outputs: { adapter: loraAdapter },
  runs: host('./run.ts'),
});`,
    implementation: `
export default implement<typeof train>(async ({ outputs: { adapter } }) => {
  const header = JSON.stringify({
    'base_model.model.q_proj.lora_A.weight': { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
    'base_model.model.q_proj.lora_B.weight': { dtype: 'F32', shape: [1, 1], data_offsets: [4, 8] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await adapter.write('adapter_model.safetensors', Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
  await adapter.writeJson('adapter_config.json', {
    r: 1,
    lora_alpha: 1,
    target_modules: ['q_proj'],
    base_model_name_or_path: null,
    temper: { base: { digest: '0'.repeat(64) } },
  });
  return { adapter: adapter.written() };
});`,
  },
  measured: {
    declaration: `
import { comparisonReport, loraAdapter } from '@temper/stages';
export const measured = defineStage(import.meta.url, {
  name: 'measured',
  inputs: { adapter: loraAdapter },
  params: z.strictObject({ loss: z.number().default(1) }),
  outputs: { report: comparisonReport },
  runs: host('./run.ts'),
});`,
    implementation: `
export default implement<typeof measured>(async ({ params, outputs: { report } }) => {
  const metrics = [{ metric: 'loss', definition: 'loss', better: 'lower', values: [2, params.loss], against: [null] }];
  await report.writeJson('report.json', { names: ['base', 'tuned'], rows: 4, metrics, samples: [] });
  await report.write('report.md', 'loss');
  return { report: report.written() };
});`,
  },
  joined: {
    declaration: `
import { loraAdapter } from '@temper/stages';
import { text } from '../kinds/text.ts';
export const joined = defineStage(import.meta.url, {
  name: 'joined',
  inputs: { adapter: loraAdapter },
  params: z.strictObject({}),
  outputs: { text },
  runs: host('./run.ts'),
});`,
    implementation: `
export default implement<typeof joined>(async ({ inputs, outputs }) => {
  await outputs.text.write('text.txt', inputs.adapter.digest);
  return { text: outputs.text.written() };
});`,
  },
};

async function withGate(): Promise<Workspace> {
  const workspace = await useWorkspace();
  for (const [name, { declaration, implementation }] of Object.entries(stages)) {
    await workspace.write(
      `small/${name}/stage.ts`,
      `import { defineStage, host } from '@temper/pipeline';\nimport { z } from 'zod';${declaration}\n`,
    );
    await workspace.write(
      `small/${name}/run.ts`,
      `import { implement } from '@temper/pipeline/job';\nimport type { ${name} } from './stage.ts';${implementation}\n`,
    );
  }
  await workspace.write(
    'pipelines/gated.ts',
    `import { pipeline } from '@temper/pipeline';
import { gate } from '@temper/stages';
import { joined } from '../small/joined/stage.ts';
import { measured } from '../small/measured/stage.ts';
import { train } from '../small/train/stage.ts';

const { adapter } = train();
const { report } = measured({ adapter });
const { adapter: accepted } = gate({ report, adapter }, { metrics: { loss: { tolerance: 0.1 } } });
const { text: model } = joined({ adapter: accepted });

export default pipeline({ model, report });
`,
  );
  return workspace;
}

it('a better metric reruns nothing that fits, and a worse one ends the run with exit code 4', async () => {
  const workspace = await withGate();
  expect(await workspace.run('gated')).toMatchObject({
    code: 0,
    stderr: '',
    outcomes: { train: 'ran', measured: 'ran', gate: 'ran', joined: 'ran' },
  });
  expect(await workspace.run('gated', ['--set', 'measured.loss=0.5'])).toMatchObject({
    code: 0,
    outcomes: { train: 'reused', measured: 'ran', gate: 'ran', joined: 'reused' },
  });

  const refused = await workspace.run('gated', ['--set', 'measured.loss=2.5']);
  expect(refused).toMatchObject({
    code: 4,
    outcomes: { train: 'reused', measured: 'ran', gate: 'failed', joined: 'skipped' },
  });
  expect(refused.stderr).toContain('loss of tuned is worse by 0.5, and 0.1 is allowed (base 2, tuned 2.5)');
  expect(refused.stderr).toContain('pipelines/gated.ts:9:31');
  // What this run did not confirm is absent.
  expect(await readdir(join(workspace.root, 'output/gated/default'))).toEqual(['report']);
});
