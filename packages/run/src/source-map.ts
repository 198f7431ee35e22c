import { posix } from 'node:path';
import { typescriptSourceMap, type CodeIdentity } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import type { StepIdentity } from './identity.ts';

/**
 * The map of a TypeScript job's bundle, to lie beside it in the job's folder: with it an exception names the line that
 * a person wrote. It runs nothing, is read only when a job fails, and so is no part of the step's identity.
 */
export async function sourceMapFile(
  step: PlannedStep,
  { code }: StepIdentity,
  workspace: string,
): Promise<CodeIdentity['content']> {
  if (code.language !== 'typescript') return [];
  const map = JSON.parse(await typescriptSourceMap(step.entry, workspace)) as { sources: string[] };
  const folder = posix.dirname(code.entry);
  const sources = map.sources.map((source) => posix.relative(folder, source));
  const bytes = Buffer.from(JSON.stringify({ ...map, sources }));
  return [{ path: `${code.entry}.map`, bytes, executable: false }];
}
