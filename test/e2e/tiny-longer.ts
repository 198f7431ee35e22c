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
export function longerTests(shared: () => Workspace, env: () => Readonly<Record<string, string>>): void {
  const train = (...words: string[]) => shared().run('alpaca-glm4', ['-c', 'tiny', ...words], { env: env() });
  const planned = async (...words: string[]) => {
    const { stdout } = await shared().temper(['plan', 'alpaca-glm4', '-c', 'tiny', '--json', ...words], {
      env: env(),
    });
    const { steps: all } = JSON.parse(stdout) as PlanResult;
    return all.find(({ stage }) => stage === 'lora-sft');
  };
  const continues = async (...words: string[]) => (await planned(...words))?.continues;

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

  it('a plan tells the time of a training from that of an earlier one, by tokens', async () => {
    const { estimate, estimateSeconds } = (await planned(...steps(150))) ?? {};
    const { work, ...basis } = estimate?.basis ?? {};
    expect(basis).toMatchObject({ run: '1', pipeline: 'alpaca-glm4', sameSettings: true });
    // 150 steps instead of 120 of the same batches.
    expect(work?.unit).toBe('tokens');
    expect((work?.now ?? 0) / (work?.then ?? 1)).toBeCloseTo(1.25, 3);
    expect(estimateSeconds).toBeCloseTo(1.25 * (estimate?.basis.seconds ?? 0), 3);
    expect(estimate?.gpuHours).toBeNull();
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
