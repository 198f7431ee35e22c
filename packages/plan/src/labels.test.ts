import { describe, expect, it } from 'vitest';
import { labelSteps, requireStepsAt, stepsAt, type Named } from './labels.ts';

const named = (stage: string, variable?: string, aliases: readonly string[] = []): Named => ({
  stage,
  variable,
  aliases,
  where: { file: 'pipelines/a.ts', line: 3, column: 1 },
});

describe('labels', () => {
  it('a stage that is used once is called by its own name', () => {
    expect(labelSteps([named('split', 'train'), named('merge', 'model')])).toEqual(['split', 'merge']);
  });

  it('a second use makes both labels longer', () => {
    expect(labelSteps([named('evaluate', 'before'), named('evaluate', 'after'), named('merge')])).toEqual([
      'evaluate:before',
      'evaluate:after',
      'merge',
    ]);
  });

  it('a use among several that no variable names is refused, with the way to name it', () => {
    expect(() => labelSteps([named('lora-sft', 'a'), named('lora-sft')])).toThrow(
      expect.objectContaining({
        code: 'unnamed-step',
        message: 'lora-sft is used 2 times, and no variable names this use',
        hint: "give it a name: `loraSft(…, { as: 'name' })`",
      }),
    );
  });

  it('two uses of one name are refused, with the line of the first', () => {
    expect(() => labelSteps([named('split', 'halves'), named('split', 'halves')])).toThrow(
      expect.objectContaining({
        code: 'ambiguous-step',
        message: 'two steps are both called `split:halves`, as at line 3',
      }),
    );
  });
});

describe('addresses', () => {
  const steps = [
    { label: 'split', ...named('split', 'train', ['test']) },
    { label: 'evaluate:before', ...named('evaluate', 'before') },
    { label: 'evaluate:after', ...named('evaluate', 'after') },
  ];

  it('a stage means all of its steps, a stage with a variable one', () => {
    expect(stepsAt('evaluate', steps)).toEqual([1, 2]);
    expect(stepsAt('evaluate:after', steps)).toEqual([2]);
  });

  it('the long form and an alias work where the label is short', () => {
    expect(stepsAt('split:train', steps)).toEqual([0]);
    expect(stepsAt('split:test', steps)).toEqual([0]);
  });

  it('an address that means nothing is refused with the nearest one, or with all', () => {
    expect(stepsAt('split:rest', steps)).toEqual([]);
    expect(() => requireStepsAt('evaluate:aftre', steps)).toThrow(
      expect.objectContaining({ code: 'unknown-step', hint: 'did you mean `evaluate:after`?' }),
    );
    expect(() => requireStepsAt('tokenize', steps)).toThrow(
      expect.objectContaining({ hint: 'its steps are split, evaluate:before, evaluate:after' }),
    );
  });
});
