import { expect, it } from 'vitest';
import { actorOf, exitCodeOf, type Failure } from './failure.ts';

const job = (reason: string): Failure =>
  ({ type: 'job', reason, message: '', log: '', seconds: 1 }) as Failure;
const store = (problem: string): Failure => ({ type: 'store', problem, message: '' }) as Failure;

it.each([
  ['code', 1, 'user'],
  ['bad-input', 1, 'user'],
  ['out-of-memory', 1, 'user'],
  ['gate', 4, 'user'],
  ['lost', 1, 'surroundings'],
  ['could-not-start', 1, 'surroundings'],
  ['no-space', 5, 'surroundings'],
] as const)(
  'a job that failed for %s ends the command with %i, and it is for the %s to act',
  (reason, code, actor) => {
    expect([exitCodeOf(job(reason)), actorOf(job(reason))]).toEqual([code, actor]);
  },
);

it.each([
  ['no-space', 5],
  ['read-only', 5],
  ['no-permission', 5],
  ['corrupt', 1],
  ['io', 1],
] as const)('a store that has %s ends the command with %i', (problem, code) => {
  expect([exitCodeOf(store(problem)), actorOf(store(problem))]).toEqual([code, 'surroundings']);
});

it('staleness, a refusal, a refused artifact and a bug have codes of their own', () => {
  expect(exitCodeOf({ type: 'stale', message: '' })).toBe(3);
  expect(exitCodeOf({ type: 'surroundings', reason: 'not-enough-gpus', message: '' })).toBe(5);
  expect(exitCodeOf({ type: 'artifact-refused', output: 'a', kind: 'k', log: '', message: '' })).toBe(1);
  expect(actorOf({ type: 'bug', stack: undefined, message: '' })).toBe('us');
});
