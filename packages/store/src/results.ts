import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint as derive, sha256, type Fingerprint } from '@temper/fingerprint';
import { hasCode } from './error.ts';
import { publishFile, uniqueName } from './files.ts';
import { quarantineFolder } from './ingest.ts';
import type { Layout } from './layout.ts';
import type { Damage, Manifest, Stored } from './store.ts';

/** The results of a fingerprint, newest last; unreadable ones are told to `onDamage`, moved away and left out. */
export async function readResults(
  layout: Layout,
  fingerprint: Fingerprint,
  onDamage: (damage: Damage) => void = () => undefined,
): Promise<readonly Stored[]> {
  const folder = layout.results(fingerprint);
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const results: Stored[] = [];
  for (const name of names.filter((entry) => entry.endsWith('.json')).sort()) {
    const path = join(folder, name);
    const problem = await readResult(path, name, fingerprint);
    if (typeof problem === 'object') results.push(problem);
    else {
      onDamage({ path, problem: 'corrupt', message: problem, affects: [fingerprint] });
      const away = join(await quarantineFolder(layout), `manifest-${name}-${uniqueName()}`);
      await rename(path, away).catch(() => undefined);
    }
  }
  return results;
}

/** A manifest is believed when it has the bytes its name says and its key can be derived from it again. */
async function readResult(path: string, name: string, fingerprint: Fingerprint): Promise<Stored | string> {
  const text = await readFile(path, 'utf8');
  if (!name.endsWith(`-${sha256(text).slice(0, 16)}.json`))
    return 'the manifest has other bytes than its name says';
  try {
    const manifest = JSON.parse(text) as Manifest;
    if ((manifest.schema as string) !== 'temper.manifest/1')
      return `the manifest is of another schema: ${manifest.schema as string}`;
    if (manifest.fingerprint !== fingerprint || derive(manifest.ingredients) !== fingerprint) {
      return 'the manifest belongs to another fingerprint';
    }
    return { manifest, name };
  } catch {
    return 'the manifest is not JSON';
  }
}

/** Adds a result after those that are there. */
export async function writeResult(
  layout: Layout,
  manifest: Manifest,
  earlier: readonly Stored[],
): Promise<Stored> {
  const folder = layout.results(manifest.fingerprint);
  await mkdir(folder, { recursive: true });
  await mkdir(layout.incoming, { recursive: true });
  const text = `${JSON.stringify(manifest)}\n`;
  const sequence = Number(earlier.at(-1)?.name.split('-')[0] ?? '0') + 1;
  const name = `${String(sequence).padStart(8, '0')}-${sha256(text).slice(0, 16)}.json`;
  await publishFile(join(folder, name), text, layout.incoming);
  return { manifest, name };
}

/** Every fingerprint that has results, in code-unit order. */
export async function* allFingerprints(layout: Layout): AsyncIterable<Fingerprint> {
  for (const shard of (await readdir(layout.manifests).catch(() => [])).sort()) {
    for (const name of (await readdir(join(layout.manifests, shard))).sort()) yield name as Fingerprint;
  }
}
