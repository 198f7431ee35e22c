/** Metrics are found by the kind of an artifact, and held against an accepted run. */
import { expect, it } from 'vitest';
import { useWorkspace } from '../rig/workspace/index.ts';

const stage = `import { defineStage, host } from '@temper/pipeline';
import { evaluation } from '@temper/stages';
import { z } from 'zod';

export const guess = defineStage(import.meta.url, {
  name: 'guess',
  params: z.strictObject({ loss: z.number() }),
  outputs: { evaluation },
  runs: host('./run.ts'),
});
`;
const implementation = `import { implement } from '@temper/pipeline/job';
import type { guess } from './stage.ts';

export default implement<typeof guess>(async ({ params, outputs }) => {
  const value = params.loss;
  const loss = { value, low: value, high: value, rows: 1, better: 'lower', definition: 'loss' };
  await outputs.evaluation.writeJson('evaluation.json', {
    weights: 'w',
    adapter: null,
    rows: 1,
    labelledTokens: 1,
    metrics: { loss },
    scores: [],
  });
  await outputs.evaluation.write('generations.jsonl', '');
  return { evaluation: outputs.evaluation.written() };
});
`;
const pipeline = `import { pipeline } from '@temper/pipeline';
import { guess } from '../small/guess/stage.ts';
const { evaluation } = guess({ loss: 2 });
export default pipeline({ evaluation });
`;

it('an accepted run is what later runs and their reports are compared with', async () => {
  const workspace = await useWorkspace();
  await workspace.write('small/guess/stage.ts', stage);
  await workspace.write('small/guess/run.ts', implementation);
  await workspace.write('pipelines/guessed.ts', pipeline);
  await workspace.run('guessed');
  const accepted = await workspace.temper(['baseline', 'accept', 'last', '--tolerance', 'loss=0.1']);
  expect(accepted).toMatchObject({
    code: 0,
    stdout: 'run 1 is accepted: baselines/guessed.json, to be committed\n',
  });
  expect(JSON.parse(await workspace.read('baselines/guessed.json'))).toEqual({
    schema: 'temper.baseline/1',
    configurations: {
      default: {
        run: 1,
        adapters: {},
        metrics: { guess: { loss: { value: 2, better: 'lower', tolerance: 0.1 } } },
      },
    },
  });

  const within = await workspace.run('guessed', ['--set', 'guess.loss=2.05']);
  expect(within.stdout).toContain('    guess loss  2  2.0500  within tolerance\n');
  const worse = await workspace.run('guessed', ['--set', 'guess.loss=2.5']);
  expect(worse).toMatchObject({ code: 0 });
  expect(worse.stdout).toContain('  against the accepted run 1:\n    guess loss  2  2.5000  worse\n');
  const report = await workspace.temper(['report', 'last', '--format', 'markdown']);
  expect(report.stdout).toContain('| guess loss | 2 | 2.5000 | 0.1000 | ✗ worse |');

  const shown = JSON.parse((await workspace.temper(['runs', '--json'])).stdout) as {
    runs: { metrics: { label: string; metrics: { loss: { value: number } } }[] }[];
  };
  expect(shown.runs.map(({ metrics }) => metrics[0]?.metrics.loss.value)).toEqual([2, 2.05, 2.5]);
  const difference = await workspace.temper(['diff', '1', '3']);
  expect(difference.stdout).toContain('guess loss');
  expect(difference.stdout).toContain('worse');
  expect((await workspace.temper(['show', '3'])).stdout).toContain('guess  loss 2.5000');

  for (const time of ['from the store', 'with nothing to show anew', 'from memory']) {
    const same = await workspace.run('guessed');
    expect(same.stdout, time).toContain('  every metric is that of the accepted run 1\n');
  }
});
