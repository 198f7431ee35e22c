import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageDefinition } from '@temper/pipeline';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { paramNames, stageReference, withParams } from '../../docs/make/stage-reference.ts';

const root = join(import.meta.dirname, '../..');
const stages = await readStages();
/** Pages whose table is made from the declaration; the others have one of their own words. */
const made = stages.filter((stage) => readFileSync(pageOf(stage), 'utf8').includes('<!-- params:'));

describe('the reference of stages', () => {
  it('says what the declarations say', async () => {
    const page = join(root, 'docs/reference/stages.md');
    await expect(await formatted(stageReference(stages), page)).toMatchFileSnapshot(page);
  });

  it.each(made)('the table of params on the page of $name is that of its declaration', async (stage) => {
    const page = pageOf(stage);
    const text = withParams(readFileSync(page, 'utf8'), stage);
    await expect(await formatted(text, page)).toMatchFileSnapshot(page);
  });
});

describe('the page of a stage', () => {
  it.each(stages)('of $name is there and names every param', (stage) => {
    const text = readFileSync(pageOf(stage), 'utf8');
    expect(paramNames(stage).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

function pageOf({ name }: StageDefinition): string {
  return join(root, 'stages', name, 'README.md');
}

async function readStages(): Promise<readonly StageDefinition[]> {
  const folder = join(root, 'stages');
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'stage.ts')));
  const modules = await Promise.all(
    names.sort().map((name) => import(join(folder, name, 'stage.ts')) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module)).flatMap((value) => definitionOf(value) ?? []);
}

function definitionOf(value: unknown): StageDefinition | undefined {
  return typeof value === 'function' ? (value as { definition?: StageDefinition }).definition : undefined;
}

async function formatted(text: string, path: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}
