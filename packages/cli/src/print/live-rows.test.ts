import { createColors } from './colors.ts';
import { width } from './width.ts';
import { describe, expect, it } from 'vitest';
import { english } from '../texts/en.ts';
import { chinese } from '../texts/zh.ts';
import { liveRows, type LiveRun, type LiveStep, type LiveStyle } from './live-rows.ts';
import { sparkline } from './sparkline.ts';

const plain: LiveStyle = { columns: 120, lines: 20, texts: english, colors: createColors(false) };
const minute = 60_000;

function step(changes: Partial<LiveStep> = {}): LiveStep {
  return {
    label: 'lora-sft',
    startedAt: 0,
    phase: '',
    step: 0,
    of: 0,
    losses: [],
    pace: [],
    facts: {},
    retry: undefined,
    ...changes,
  };
}

/** A run of ten steps, of which these run, in the order of the pipeline, and three have ended. */
function run(steps: readonly LiveStep[], changes: Partial<LiveRun> = {}): LiveRun {
  const labels = steps.map(({ label }) => label);
  while (labels.length < 10) labels.push(`other-${String(labels.length)}`);
  const running = new Map(steps.map((one) => [one.label, one]));
  return { startedAt: 0, labels, ended: 3, savedSeconds: 0, running, ...changes };
}

describe('the rows below a run', () => {
  it('show the phase of a step that counts nothing yet', () => {
    const rows = liveRows(run([step({ phase: 'loading the model' })]), 12_000, plain);
    expect(rows).toEqual(['> lora-sft  12 s  loading the model', '  3 of 10 steps  12 s']);
  });

  it('show everything that is known of a training', () => {
    const training = step({
      step: 30,
      of: 120,
      losses: [8, 6, 4, 2],
      facts: { loss: 2, tokensPerSecond: 1234.5, gpuMemory: 17.5 * 2 ** 30, learningRate: 1e-4 },
      pace: [
        { at: minute / 2, step: 20 },
        { at: minute, step: 30 },
      ],
    });
    expect(liveRows(run([training], { savedSeconds: 159 }), minute, plain)).toEqual([
      '> lora-sft  ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  30/120  1m 00s  █▆▃▁ 2  1235 tok/s  GPU 17.5 GiB  4m 30s left',
      '  3 of 10 steps  1m 00s  2m 39s saved by reuse',
    ]);
  });

  it('take the time that is left from the recent steps alone', () => {
    const pace = [
      { at: 50_000, step: 18 },
      { at: 51_000, step: 19 },
      { at: 52_000, step: 20 },
    ];
    const rows = liveRows(run([step({ step: 20, of: 30, pace })]), 52_000, plain);
    expect(rows[0]).toContain('10 s left');
  });

  it('show the rate and the rest of a download', () => {
    const pace = [{ at: 0, step: 0 }];
    const download = step({
      label: 'load-weights',
      step: 5,
      of: 20,
      facts: { bytesPerSecond: 5 * 2 ** 20 },
      pace,
    });
    expect(liveRows(run([download]), 10_000, plain)[0]).toBe(
      '> load-weights  ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  5 B/20 B  10 s  5.0 MiB/s  30 s left',
    );
  });

  it('show what a download waits for and how long yet, and that it then tries again', () => {
    const retry = {
      cause: 'hub.test answers 429: too many requests',
      until: 30_000,
      next: { number: 2, of: 6 },
    };
    const waiting = step({
      label: 'load-weights',
      step: 3 * 2 ** 20,
      of: 2 ** 30,
      facts: { bytesPerSecond: 0 },
      retry,
    });
    expect([12_500, 30_000].map((now) => liveRows(run([waiting]), now, plain)[0])).toEqual([
      '> load-weights  3.0 MiB/1.0 GiB  13 s  trying again in 18 s (2 of 6): hub.test answers 429: too many requests',
      '> load-weights  3.0 MiB/1.0 GiB  30 s  trying again (2 of 6): hub.test answers 429: too many requests',
    ]);
  });

  it('show a wait before the first byte', () => {
    const retry = { cause: 'hub.test 的连接断了', until: 5000, next: { number: 3, of: 6 } };
    expect(liveRows(run([step({ retry })]), 1000, { ...plain, texts: chinese })[0]).toBe(
      '> lora-sft  1.0 s  4 秒后重试（第 3 次，共 6 次）：hub.test 的连接断了',
    );
  });

  it('stand in the order of the pipeline, whichever step was quicker to start', () => {
    const quick = new Map(['late', 'early'].map((label) => [label, step({ label, phase: 'first run' })]));
    const rows = liveRows(run([], { labels: ['early', 'late'], running: quick }), 0, plain);
    expect(rows.map((row) => row.split(' ')[1])).toEqual(['early', 'late', '']);
  });

  it('leave no step out without a word when there is no room', () => {
    const steps = ['one', 'two', 'three'].map((label) => step({ label, phase: 'first run' }));
    expect(liveRows(run(steps), 0, { ...plain, lines: 2 })).toEqual([
      '> one    0.0 s  first run',
      '  3 of 10 steps  0.0 s  2 more running',
    ]);
    expect(liveRows(run(steps), 0, { ...plain, lines: 1 })).toEqual([
      '  3 of 10 steps  0.0 s  3 more running',
    ]);
  });

  it('are never as wide as the terminal, whatever is in them', () => {
    const odd = step({ label: 'evaluate:之前🚀', phase: '正在加载模型，请稍候……', facts: { loss: 1 } });
    for (const texts of [english, chinese])
      for (let columns = 20; columns < 100; columns += 3)
        for (const row of liveRows(run([odd, { ...odd, label: '2', step: 1, of: 3 }]), minute, {
          ...plain,
          texts,
          columns,
        }))
          expect(width(row)).toBeLessThan(columns);
  });

  it('are none before the run has begun', () => {
    expect(liveRows(run([], { labels: [] }), 0, plain)).toEqual([]);
  });
});

describe('sparkline', () => {
  it('goes from the lowest bar to the highest', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█');
  });

  it('shows a long course from its first share to its last', () => {
    const falling = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(sparkline(falling)).toBe('██▇▇▆▆▅▅▄▄▃▃▂▂▁▁');
  });

  it('is flat where nothing changes', () => {
    expect(sparkline([2, 2, 2])).toBe('▁▁▁');
  });
});
