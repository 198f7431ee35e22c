import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HubError } from '../error.ts';
import { assertNoCode, isConfig } from './config.ts';
import { readSafetensorsHeader } from './safetensors.ts';

/** Looks into a file of a model as soon as its bytes are known to be right: configurations and headers. */
export async function inspectModelFile(folder: string, path: string): Promise<void> {
  const file = join(folder, path);
  if (isConfig(path)) assertNoCode(path, await readFile(file, 'utf8'));
  if (isWeights(path)) {
    await readSafetensorsHeader(file).catch((error: unknown) => {
      throw error instanceof HubError ? renamed(error, file, path) : error;
    });
  }
}

/** Whether a file of a model holds its tensors: nearly all of its bytes. */
export function isWeights(path: string): boolean {
  return path.endsWith('.safetensors');
}

/** Whether a file says which tensor lies in which shard. */
export function isShardIndex(path: string): boolean {
  return path.endsWith('.safetensors.index.json');
}

/** Refuses an index that names a shard which is not among `paths`. */
export async function assertShards(folder: string, index: string, paths: ReadonlySet<string>): Promise<void> {
  const map = weightMap(await readFile(join(folder, index), 'utf8'));
  if (map === undefined) {
    throw new HubError({
      reason: 'bad-config',
      message: `${index} is not an index of shards: it has no "weight_map" from tensors to files`,
      hint: 'take another revision of the repository, or tell its owner',
    });
  }
  const beside = index.includes('/') ? index.slice(0, index.lastIndexOf('/') + 1) : '';
  for (const [tensor, shard] of Object.entries(map)) {
    if (paths.has(beside + shard)) continue;
    throw new HubError({
      reason: 'missing-shard',
      message: `${index} looks for "${tensor}" in ${shard}, which is not among the files`,
      hint: 'widen `include`, or take a revision of the repository that is complete',
    });
  }
}

function weightMap(text: string): Record<string, string> | undefined {
  try {
    const { weight_map: map } = JSON.parse(text) as { weight_map?: unknown };
    if (typeof map !== 'object' || map === null) return undefined;
    return Object.values(map).every((one) => typeof one === 'string')
      ? (map as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}

function renamed(error: HubError, file: string, path: string): HubError {
  return new HubError({
    reason: error.reason,
    message: error.message.replace(file, path),
    hint: error.hint,
    cause: error.cause,
  });
}
