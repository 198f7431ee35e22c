/** The declarations of all stages of the repository. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StageDefinition } from '@temper/pipeline';
import { inRepository } from './pages.ts';

export async function readStages(): Promise<readonly StageDefinition[]> {
  const folder = inRepository('stages');
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'stage.ts')));
  const modules = await Promise.all(
    names.sort().map((name) => import(join(folder, name, 'stage.ts')) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module)).flatMap((value) => definitionOf(value) ?? []);
}

function definitionOf(value: unknown): StageDefinition | undefined {
  return typeof value === 'function' ? (value as { definition?: StageDefinition }).definition : undefined;
}
