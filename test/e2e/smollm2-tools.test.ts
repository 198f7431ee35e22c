/**
 * The demonstration from end to end, with two steps of training in the place of all: what it is made of works, and the
 * figures stand at its end. How much it learns is measured in smollm2-tools.long.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shareWorkspace, type Ran } from '../rig/workspace/index.ts';
import { metricsOf, runDemonstration, sharedHome } from './demonstration.ts';

const python = process.env['TEMPER_TEST_PYTHON'];
const few = [
  ...['--set', 'lora-sft.training.duration.steps=2', '--set', 'lora-sft.training.warmup=0'],
  ...['--set', 'evaluate.generate.rows=2', '--set', 'evaluate.generate.maxNewTokens=8'],
];

describe.skipIf(python === undefined)('smollm2-tools', () => {
  let first: Ran;
  const workspace = shareWorkspace(async (made) => {
    first = await runDemonstration(made, few);
  }, 900_000);

  it('runs from a package of the Python index to a merged model', async () => {
    expect(first).toMatchObject({ code: 0, stderr: '', result: { outcome: 'succeeded' } });
    const model = join(workspace().root, 'output/smollm2-tools/default/model');
    expect(JSON.parse(await readFile(join(model, 'config.json'), 'utf8'))).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      num_hidden_layers: 30,
    });
  });

  it('writes the tools where the model can read them, and asks for calls', async () => {
    const summary = join(workspace().root, 'output/smollm2-tools/default/summary/summary.json');
    const { samples, train, test } = JSON.parse(await readFile(summary, 'utf8')) as {
      samples: readonly { readonly text: string }[];
      train: { readonly rows: number; readonly truncated: number };
      test: { readonly rows: number; readonly truncated: number };
    };
    expect([train, test]).toMatchObject([
      { rows: 408, truncated: 0 },
      { rows: 60, truncated: 0 },
    ]);
    for (const { text } of samples) expect(text).toMatch(/^<\|im_start\|>system\nTools:\n\w+\(/);
  });

  it('measures the same calls before and after', async () => {
    for (const label of ['evaluate:before', 'evaluate:after']) {
      const { validCalls, exactCalls, loss } = await metricsOf(first, workspace(), label);
      expect([validCalls?.rows, exactCalls?.rows, loss?.rows]).toEqual([2, 2, 60]);
    }
  });

  it('ends with both side by side, in the run that makes them and in the one that reuses them', async () => {
    const table =
      /\n {2}on 60 held-out rows +base +tuned\n {2}valid calls +\d of 2 +\d of 2\n {2}exact calls +\d of 2 +\d of 2\n {2}loss +\d\.\d{3} +\d\.\d{3}\n\n/;
    expect(first.stdout).toMatch(table);
    const second = await workspace().run('smollm2-tools', ['--plain', ...few], {
      env: sharedHome(workspace()),
    });
    expect(new Set(Object.values(second.outcomes))).toEqual(new Set(['reused']));
    expect(second.stdout).toMatch(table);
  });
});
