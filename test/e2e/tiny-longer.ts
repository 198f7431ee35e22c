/** Training longer than before; for `tiny.test.ts`, which has trained 120 steps with a cosine schedule. */
import { expect, it } from 'vitest';
import type { PlanResult, RunEvent } from '@temper/run';
import type { Workspace } from '../rig/workspace/index.ts';

const steady = [
  ...['--set', 'lora-sft.training.schedule=constant'],
  ...['--set', 'lora-sft.checkpoints.every=5'],
  ...['--set', 'lora-sft.evaluation.every=4'],
  ...['--until', 'lora-sft'],
];
const steps = (count: number): string[] => [
  '--set',
  `lora-sft.training.duration={ steps: ${String(count)} }`,
];

/** @param env Where home and store of the trained pipeline are. */
export function longerTests(shared: () => Workspace, env: () => Record<string, string>): void {
  const train = (...words: string[]) => shared().run('alpaca-glm4', ['-c', 'tiny', ...words], { env: env() });
  const continues = async (...words: string[]) => {
    const planned = await shared().temper(['plan', 'alpaca-glm4', '-c', 'tiny', '--json', ...words], {
      env: env(),
    });
    const { steps: all } = JSON.parse(planned.stdout) as PlanResult;
    return all.find(({ stage }) => stage === 'lora-sft')?.continues;
  };

  it('a plan says from where a longer training goes on, or which param is in the way', async () => {
    const short = await train(...steady, ...steps(8));
    expect(short.outcomes['lora-sft']).toBe('ran');
    expect(await continues(...steady, ...steps(12))).toBe(
      `goes on from steps 8 (run ${String(short.result?.run)})`,
    );
    expect(await continues(...steps(150))).toMatch(
      /^cannot go on from steps 120 \(run 1\): the learning rate of a `cosine` schedule depends on the last step/,
    );
  });

  it('a longer training trains only what is new, to the bytes of one from the beginning', async () => {
    const longer = await train(...steady, ...steps(12));
    const events = await shared().read(`.temper/runs/${String(longer.result?.run)}/events.jsonl`);
    const trained = events
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
      .flatMap((event) => (event.type === 'step-progress' && 'loss' in event.metrics ? [event.step] : []));
    expect(trained).toEqual([9, 10, 11, 12]);

    const whole = await train(...steady, ...steps(12), '--force', 'lora-sft');
    const digests = (run: typeof whole) => {
      const made = run.result?.steps.find(({ stage }) => stage === 'lora-sft')?.outputs ?? {};
      return Object.fromEntries(Object.entries(made).map(([name, { digest }]) => [name, digest]));
    };
    expect(whole.outcomes['lora-sft']).toBe('ran');
    expect(Object.keys(digests(whole))).toEqual(['adapter', 'checkpoints', 'trainingState']);
    expect(digests(longer)).toEqual(digests(whole));
  });
}
