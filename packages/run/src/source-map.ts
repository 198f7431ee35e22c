import { posix } from 'node:path';
import { typescriptSourceMap, type CodeIdentity } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import type { StepIdentity } from './identity.ts';

/** By the code whose map it is: steps of one stage run the same bundle. */
const made = new WeakMap<CodeIdentity, Promise<CodeIdentity['content']>>();

/**
 * The map of a TypeScript job's bundle, to lie beside it in the job's folder: with it an exception names the line that
 * a person wrote. It runs nothing, is read only when a job fails, and so is no part of the step's identity.
 */
export function sourceMapFile(
  step: PlannedStep,
  { code }: StepIdentity,
  workspace: string,
): Promise<CodeIdentity['content']> {
  if (code.language !== 'typescript') return Promise.resolve([]);
  const known = made.get(code) ?? makeSourceMap(step.entry, code.entry, workspace);
  made.set(code, known);
  return known;
}

async function makeSourceMap(
  entry: string,
  inJob: string,
  workspace: string,
): Promise<CodeIdentity['content']> {
  const map = JSON.parse(await typescriptSourceMap(entry, workspace)) as { sources: string[] };
  const folder = posix.dirname(inJob);
  const sources = map.sources.map((source) => posix.relative(folder, source));
  const bytes = Buffer.from(JSON.stringify({ ...map, sources }));
  return [{ path: `${inJob}.map`, bytes, executable: false }];
}
