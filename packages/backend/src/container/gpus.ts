import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, EngineFacts } from './engine.ts';

/** How an engine can hand GPUs to a container; `none` where nobody told it how. */
export type GpuAccess = 'runtime' | 'cdi' | 'none';

/** Where the files of the Container Device Interface lie: https://github.com/cncf-tags/container-device-interface. */
const cdiFolders: readonly string[] = ['/etc/cdi', '/var/run/cdi'];

/** Docker hands out GPUs by NVIDIA's runtime, podman by the files that describe devices. */
export async function gpuAccess(
  engine: Engine,
  facts: EngineFacts,
  folders: readonly string[] = cdiFolders,
): Promise<GpuAccess> {
  if (engine.kind === 'docker' && facts.runtimes.includes('nvidia')) return 'runtime';
  if (engine.kind === 'podman' && (await describedDevices(folders)).length > 0) return 'cdi';
  return 'none';
}

/** The names of NVIDIA's devices in CDI files, such as `nvidia.com/gpu=0`. */
export async function describedDevices(folders: readonly string[] = cdiFolders): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const file of await readdir(folder).catch(() => [])) {
      if (!/\.(?:json|ya?ml)$/.test(file)) continue;
      const text = await readFile(join(folder, file), 'utf8').catch(() => '');
      // JSON is what `nvidia-ctk` writes on request and YAML by default; of both only the names matter here.
      if (!/kind"?\s*:\s*"?nvidia\.com\/gpu\b/.test(text)) continue;
      for (const [, name] of text.matchAll(/(?<!\w)"?name"?\s*:\s*"?([\w.-]+)/g))
        names.add(`nvidia.com/gpu=${name ?? ''}`);
    }
  }
  return [...names].sort();
}

/** Which GPUs a container gets: as many as were asked for, of those that CUDA_VISIBLE_DEVICES leaves. */
export function gpuArguments(
  count: number,
  engine: Engine,
  facts: EngineFacts,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',').map((each) => each.trim());
  const chosen = visible?.slice(0, count) ?? Array.from({ length: count }, (_, index) => String(index));
  if (engine.kind === 'docker' && facts.runtimes.includes('nvidia'))
    return ['--gpus', `"device=${chosen.join(',')}"`];
  return chosen.flatMap((device) => ['--device', `nvidia.com/gpu=${device}`]);
}
