import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestStep, StepCounter, UsedSteps } from './steps.ts';

test('a step without a number is one more than the highest; going back does not lower it', () => {
  const counter = new StepCounter();
  expect([undefined, undefined, 7, 3, undefined].map((step) => counter.resolve(step))).toEqual([
    0, 1, 7, 3, 8,
  ]);
});

test.each([-1, 1.5, NaN, Infinity, largestStep + 1])('%d is no step and moves nothing', (step) => {
  const counter = new StepCounter(4);
  expect(counter.resolve(step)).toBeUndefined();
  expect(counter.resolve(undefined)).toBe(5);
});

test('a resumed run goes on behind the highest step of the server', () => {
  expect(new StepCounter(9).resolve(undefined)).toBe(10);
  const steps = new UsedSteps(9);
  expect([0, 9, 10, 10].map((step) => steps.take(step))).toEqual([
    'before-resume',
    'before-resume',
    'new',
    'used',
  ]);
});

test('each step is new once, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 200 }), (sequence) => {
      const steps = new UsedSteps();
      const seen = new Set<number>();
      for (const step of sequence) {
        expect(steps.take(step)).toBe(seen.has(step) ? 'used' : 'new');
        seen.add(step);
      }
    }),
  );
});
