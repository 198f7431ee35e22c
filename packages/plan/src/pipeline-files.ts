import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { didYouMean } from './nearest.ts';

/** A pipeline of the workspace: its file, and the configurations beside it. */
export interface PipelineFile {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly configurations: readonly string[];
}

/** The pipelines of a workspace, by name: every `pipelines/*.ts` but tests and declarations. */
export async function listPipelines(workspace: string): Promise<readonly PipelineFile[]> {
  const folder = join(workspace, 'pipelines');
  const entries = (await readdir(folder).catch(() => [])).sort();
  return entries
    .filter((entry) => /^[^.]+\.ts$/.test(entry))
    .map((entry) => {
      const name = entry.slice(0, -'.ts'.length);
      const configurations = entries
        .filter((other) => other.startsWith(`${name}.`) && other.endsWith('.yaml'))
        .map((other) => other.slice(name.length + 1, -'.yaml'.length));
      return { name, file: join(folder, entry), configurations };
    });
}

/** @throws PipelineError with the nearest name when the workspace has no such pipeline. */
export async function findPipeline(workspace: string, name: string): Promise<PipelineFile> {
  const all = await listPipelines(workspace);
  const found = all.find((pipeline) => pipeline.name === name);
  if (found !== undefined) return found;
  const names = all.map((pipeline) => pipeline.name);
  throw new PipelineError('unknown-pipeline', `there is no pipeline \`${name}\``, {
    hint:
      didYouMean(name, names) ??
      (names.length === 0
        ? 'a pipeline is a file in pipelines/, and this workspace has none'
        : `the pipelines are ${names.join(', ')}`),
  });
}
