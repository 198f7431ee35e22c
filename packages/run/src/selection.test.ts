import type { Plan } from '@temper/plan';
import { describe, expect, it } from 'vitest';
import { requireSelection, selectSteps, type SelectionOptions } from './selection.ts';

/** load → split → train → merge, and split → test:left and test:right beside it. */
const wires: Readonly<Record<string, readonly string[]>> = {
  load: [],
  split: ['load'],
  train: ['split'],
  merge: ['train', 'load'],
  'test:left': ['split'],
  'test:right': ['split'],
};
const labels = Object.keys(wires);
const plan = {
  steps: labels.map((label) => ({
    label,
    stage: label.split(':')[0],
    variable: label.split(':')[1],
    aliases: [],
    wires: wires[label]?.map((input) => ({ input, step: labels.indexOf(input), output: input })),
  })),
} as unknown as Plan;

function select(options: SelectionOptions) {
  const selection = selectSteps(plan, options);
  const named = (flags: readonly boolean[]): string => labels.filter((_, index) => flags[index]).join(' ');
  return {
    mayRun: named(selection.mayRun),
    wanted: named(selection.wants.map((wants) => wants === 'run' || wants === 'read')),
    traced: named(selection.wants.map((wants) => wants === 'trace')),
    forced: named(selection.forced),
  };
}

describe('which steps may run', () => {
  it('without flags all of them, none by force', () => {
    expect(select({})).toEqual({
      mayRun: labels.join(' '),
      wanted: labels.join(' '),
      traced: '',
      forced: '',
    });
  });

  it('--from takes its step and everything after it; inputs from outside are wanted', () => {
    expect(select({ from: ['train'] })).toMatchObject({
      mayRun: 'train merge',
      wanted: 'load split train merge',
    });
  });

  it('--until takes its step and everything before it', () => {
    expect(select({ until: ['train'] })).toMatchObject({
      mayRun: 'load split train',
      wanted: 'load split train',
    });
  });

  it('--only takes exactly its steps', () => {
    expect(select({ only: ['merge', 'split'] })).toMatchObject({
      mayRun: 'split merge',
      wanted: 'load split train merge',
    });
  });

  it('several flags have to agree, several addresses of one flag add up', () => {
    expect(select({ from: ['split'], until: ['merge'] }).mayRun).toBe('split train merge');
    expect(select({ from: ['train', 'test:left'] }).mayRun).toBe('train merge test:left');
    expect(select({ only: ['load'], from: ['train'] }).mayRun).toBe('');
  });

  it('an address without a variable means every step of its stage', () => {
    expect(select({ only: ['test'] }).mayRun).toBe('test:left test:right');
  });
});

describe('which steps must run', () => {
  it('--force is exactly its step, --force-from everything after it too', () => {
    expect(select({ force: ['split'] }).forced).toBe('split');
    expect(select({ forceFrom: ['train'] }).forced).toBe('train merge');
  });

  it('force reaches nothing that may not run', () => {
    expect(select({ until: ['train'], forceFrom: ['split'] }).forced).toBe('split train');
    expect(select({ only: ['load'], force: ['merge'] }).forced).toBe('');
  });
});

it('an address that names no step is refused, in whichever flag', () => {
  for (const flag of ['from', 'until', 'only', 'force', 'forceFrom'] as const)
    expect(() => select({ [flag]: ['mrege'] })).toThrow('there is no step `mrege` in this pipeline');
});

describe('what can only be a slip is refused', () => {
  it.each<[string, SelectionOptions, string]>([
    [
      'flags that leave no step',
      { from: ['train'], until: ['split', 'load'] },
      'no step is selected by all of `--from train`, `--until split`, `--until load`',
    ],
    [
      'a forced step that is left out',
      { force: ['split', 'merge'], until: ['train'] },
      '`--force merge` forces no step: all are left out by `--until train`',
    ],
    [
      'steps that are forced from one on and left out',
      { forceFrom: ['train'], only: ['test'] },
      '`--force-from train` forces no step: all are left out by `--only test`',
    ],
  ])('%s', (_, options, message) => {
    expect(() => {
      requireSelection(plan, options);
    }).toThrow(message);
  });

  it('but nothing that leaves a step to run', () => {
    requireSelection(plan, {});
    requireSelection(plan, { only: ['test:left'], force: ['test'], forceFrom: ['load'] });
  });
});
