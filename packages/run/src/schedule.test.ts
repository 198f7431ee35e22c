import { describe, expect, it } from 'vitest';
import { runSchedule } from './schedule.ts';

/** Runs a schedule whose steps end when told to, and notes what began in which order. */
function rehearse(needs: readonly (readonly number[])[], jobs: number, gpu: readonly number[] = []) {
  const began: number[] = [];
  const ends = new Map<number, (error?: Error) => void>();
  const done = runSchedule({
    needs,
    jobs,
    wantsGpu: (step) => gpu.includes(step),
    advance(step) {
      began.push(step);
      return new Promise((resolve, reject) =>
        ends.set(step, (error) => {
          if (error === undefined) resolve();
          else reject(error);
        }),
      );
    },
  });
  const end = async (step: number, error?: Error): Promise<void> => {
    ends.get(step)?.(error);
    await new Promise(setImmediate);
  };
  return { began, done, end };
}

describe('a schedule', () => {
  it('begins a step when all that it needs are settled', async () => {
    const { began, done, end } = rehearse([[], [], [0, 1, 1]], 4);
    expect(began).toEqual([0, 1]);
    await end(1);
    expect(began).toEqual([0, 1]);
    await end(0);
    expect(began).toEqual([0, 1, 2]);
    await end(2);
    await done;
  });

  it('has no more steps under way than there are jobs, and takes the earliest of those that are ready', async () => {
    const { began, done, end } = rehearse([[], [], [0], []], 2);
    expect(began).toEqual([0, 1]);
    await end(0);
    expect(began).toEqual([0, 1, 2]);
    for (const step of [1, 2]) await end(step);
    expect(began).toEqual([0, 1, 2, 3]);
    await end(3);
    await done;
  });

  it('gives the GPU to one step at a time, and lets others pass', async () => {
    const { began, done, end } = rehearse([[], [], []], 3, [0, 1]);
    expect(began).toEqual([0, 2]);
    await end(0);
    expect(began).toEqual([0, 2, 1]);
    for (const step of [1, 2]) await end(step);
    await done;
  });

  it('ends at once when there is nothing to do', async () => {
    await rehearse([], 1).done;
  });

  it('passes on what was thrown, after what is under way has ended', async () => {
    const { done, end } = rehearse([[], []], 2);
    let ended = false;
    const outcome = done.catch((error: unknown) => {
      ended = true;
      return error;
    });
    await end(0, new Error('broken'));
    expect(ended).toBe(false);
    await end(1);
    expect(await outcome).toEqual(new Error('broken'));
  });

  it('settles ten thousand steps, in a chain or side by side', async () => {
    for (const needs of [
      Array.from({ length: 10_000 }, (_, step) => (step === 0 ? [] : [step - 1])),
      Array.from({ length: 10_000 }, () => []),
    ]) {
      let settled = 0;
      await runSchedule({
        needs,
        jobs: 8,
        wantsGpu: () => false,
        advance: () => {
          settled += 1;
          return Promise.resolve();
        },
      });
      expect(settled).toBe(10_000);
    }
  });
});
