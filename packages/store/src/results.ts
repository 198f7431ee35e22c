import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fingerprint as derive, sha256, type Fingerprint } from '@temper/fingerprint';
import { fromFileSystem, hasCode, StoreError } from './error.ts';
import { makeFolder, namesIn, publishFile, touchFolder, uniqueName } from './files.ts';
import { quarantineFolder } from './ingest.ts';
import type { Layout } from './layout.ts';
import type { Damage, Manifest, Stored } from './store.ts';

/**
 * The results of a fingerprint, newest last; what cannot be believed is told to `onDamage` and left out.
 *
 * @param options.keepDamage Leaves damaged manifests where they are; otherwise they are moved away.
 * @param options.mentioning Leaves out, unparsed, what does not hold this text.
 */
export async function readResults(
  layout: Layout,
  fingerprint: Fingerprint,
  onDamage: (damage: Damage) => void = () => undefined,
  { keepDamage = false, mentioning = '' }: { keepDamage?: boolean; mentioning?: string | undefined } = {},
): Promise<readonly Stored[]> {
  const folder = layout.results(fingerprint);
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json'));
  const results: Stored[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const read = await readResult(path, name, fingerprint, mentioning);
    if (read === undefined) continue;
    if ('manifest' in read) results.push(read);
    // Somebody else found the damage first and has taken it away, or the result went.
    else if (read.problem !== 'missing') {
      onDamage({ path, ...read, affects: [fingerprint] });
      if (!keepDamage && read.problem === 'corrupt') await putAway(layout, path, name);
    }
  }
  return results;
}

/** A store that cannot be tidied keeps what is damaged, and does not believe it. */
async function putAway(layout: Layout, path: string, name: string): Promise<void> {
  try {
    await rename(path, join(await quarantineFolder(layout), `manifest-${name}-${uniqueName()}`));
    await touchFolder(dirname(dirname(path)));
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !(fromFileSystem(error, '') instanceof StoreError)) throw error;
  }
}

type Unbelieved = Pick<Damage, 'problem' | 'message'>;

/**
 * A manifest is believed when it has the bytes its name says and its key can be derived from it again. Undefined when it
 * does not hold the text that is looked for.
 */
async function readResult(
  path: string,
  name: string,
  fingerprint: Fingerprint,
  mentioning: string,
): Promise<Stored | Unbelieved | undefined> {
  const corrupt = (message: string): Unbelieved => ({ problem: 'corrupt', message });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { problem: 'missing', message: 'the manifest is gone' };
    if (hasCode(error, 'EISDIR')) return corrupt('the manifest is a folder');
    return { problem: 'unreadable', message: `the manifest cannot be read: ${(error as Error).message}` };
  }
  if (!text.includes(mentioning)) return undefined;
  if (!name.endsWith(`-${sha256(text).slice(0, 16)}.json`))
    return corrupt('the manifest has other bytes than its name says');
  try {
    const manifest = JSON.parse(text) as Manifest;
    if ((manifest.schema as string) !== 'temper.manifest/1')
      return corrupt(`the manifest is of another schema: ${manifest.schema as string}`);
    if (manifest.fingerprint !== fingerprint || derive(manifest.ingredients) !== fingerprint)
      return corrupt('the manifest belongs to another fingerprint');
    return { manifest, name };
  } catch {
    return corrupt('the manifest is not JSON');
  }
}

/**
 * Adds a result after those that are there. The folder of the results whose fingerprints begin alike changes with it, so
 * that a look at these few tells whether there can be news of any of thousands.
 */
export async function writeResult(
  layout: Layout,
  manifest: Manifest,
  earlier: readonly Stored[],
): Promise<Stored> {
  const folder = layout.results(manifest.fingerprint);
  await makeFolder(folder);
  await makeFolder(layout.incoming);
  const text = `${JSON.stringify(manifest)}\n`;
  const sequence = Number(earlier.at(-1)?.name.split('-')[0] ?? '0') + 1;
  const name = `${String(sequence).padStart(8, '0')}-${sha256(text).slice(0, 16)}.json`;
  await publishFile(join(folder, name), text, layout.incoming);
  await touchFolder(dirname(folder));
  return { manifest, name };
}

/**
 * Every fingerprint that has results, in code-unit order.
 *
 * @param onProblem Told of a folder that cannot be listed, and then the others follow; without it that is thrown.
 */
export async function* allFingerprints(
  layout: Layout,
  onProblem?: (path: string, error: Error) => void,
): AsyncIterable<Fingerprint> {
  for (const shard of await namesIn(layout.manifests, onProblem)) {
    for (const name of await namesIn(join(layout.manifests, shard), onProblem))
      if (/^[0-9a-f]{64}$/.test(name)) yield name as Fingerprint;
  }
}
