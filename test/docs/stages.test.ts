import { readFileSync } from 'node:fs';
import type { StageDefinition } from '@temper/pipeline';
import { describe, expect, it } from 'vitest';
import { paramNames, unitsOf, withParams } from '../../docs/make/stage-reference.ts';
import { formatted, inRepository } from './pages.ts';
import { readStages } from './stages.ts';

const stages = await readStages();
/** Pages whose table is made from the declaration; the others have one of their own words. */
const made = stages.filter((stage) => readFileSync(pageOf(stage), 'utf8').includes('<!-- params:'));

describe('the page of a stage', () => {
  it.each(made)('has the table of params of $name as it is declared', async (stage) => {
    const page = pageOf(stage);
    const text = withParams(readFileSync(page, 'utf8'), stage);
    await expect(await formatted(text, page)).toMatchFileSnapshot(page);
  });

  it.each(stages)('of $name is there and names every param', (stage) => {
    const text = readFileSync(pageOf(stage), 'utf8');
    expect(paramNames(stage).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

it.each(stages)(
  'every number among the params of $name says what it counts, or is one that counts nothing',
  (stage) => {
    const plain =
      /(^|\.)(seed|dataSeed|r|alpha|learningRate|beta1|beta2|epsilon|weightDecay|maxGradNorm|neftuneNoiseAlpha|step|steps|epochs)$/;
    const bare = [...unitsOf(stage)].flatMap(([path, unit]) =>
      unit === undefined && !plain.test(path) ? [path] : [],
    );
    expect(bare).toEqual([]);
  },
);

function pageOf({ name }: StageDefinition): string {
  return inRepository('stages', name, 'README.md');
}
