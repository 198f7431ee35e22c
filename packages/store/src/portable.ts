import { copyFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fingerprint as derive, sha256, sha256File } from '@temper/fingerprint';
import type { Manifest, Store, Stored, StoredOutput } from './store.ts';

export interface Saved {
  readonly results: number;
  readonly bytes: number;
  /** Results that were too large, or for which the budget had no room. */
  readonly leftOut: number;
}

/** A folder that holds results as a CI service's cache can keep them: `manifests/<name>.json` and `blobs/<digest>`. */
interface Layout {
  readonly manifests: string;
  readonly blobs: string;
}

function layoutOf(folder: string): Layout {
  return { manifests: join(folder, 'manifests'), blobs: join(folder, 'blobs') };
}

/**
 * Copies the small results of a store into a folder, newest first, until the budget is spent. Weights are what is large,
 * and so stay behind; a blob that several results share is counted and copied once. What the folder held before goes.
 */
export async function saveResults(
  store: Store,
  folder: string,
  options: { readonly maxBytes: number; readonly maxResultBytes: number },
): Promise<Saved> {
  const layout = layoutOf(folder);
  await rm(layout.manifests, { recursive: true, force: true });
  await rm(layout.blobs, { recursive: true, force: true });
  await mkdir(layout.manifests, { recursive: true });
  await mkdir(layout.blobs, { recursive: true });
  const all: Stored[] = [];
  for await (const stored of store.all()) all.push(stored);
  const copied = new Set<string>();
  const seen = new Set<string>();
  let [results, bytes, leftOut] = [0, 0, 0];
  for (const { manifest } of all.toReversed()) {
    // Of several results of one fingerprint only the newest is ever used.
    if (seen.has(manifest.fingerprint)) continue;
    seen.add(manifest.fingerprint);
    const files = Object.values(manifest.outputs).flatMap((output) => output.files);
    const size = files.reduce((sum, file) => sum + file.bytes, 0);
    const fresh = new Map(
      files.filter(({ sha256: blob }) => !copied.has(blob)).map((file) => [file.sha256, file.bytes]),
    );
    const text = JSON.stringify(manifest);
    const added = text.length + [...fresh.values()].reduce((sum, one) => sum + one, 0);
    if (size > options.maxResultBytes || bytes + added > options.maxBytes) {
      leftOut += 1;
      continue;
    }
    if (!(await copyBlobs(store, manifest, layout))) {
      leftOut += 1;
      continue;
    }
    for (const blob of fresh.keys()) copied.add(blob);
    await writeFile(
      join(layout.manifests, `${manifest.fingerprint}-${sha256(text).slice(0, 16)}.json`),
      text,
    );
    results += 1;
    bytes += added;
  }
  return { results, bytes, leftOut };
}

/** False when the store no longer has the bytes. */
async function copyBlobs(store: Store, manifest: Manifest, layout: Layout): Promise<boolean> {
  const whole = await store.find(manifest.fingerprint);
  if (whole === undefined) return false;
  for (const output of Object.values(manifest.outputs)) {
    const tree = await store.materialise(output);
    for (const file of output.files) await copyFile(join(tree, file.path), join(layout.blobs, file.sha256));
  }
  return true;
}

export interface Restored {
  readonly results: number;
  /** Those that were there already. */
  readonly known: number;
  readonly refused: readonly { readonly path: string; readonly message: string }[];
}

/**
 * Takes results back into a store. A folder that came from outside is believed in nothing: a manifest has to have the
 * bytes that its name says and to derive its own fingerprint, and every file is hashed on its way in. What is not right
 * is named and left out; the step runs then as if it had not been there.
 */
export async function restoreResults(store: Store, folder: string): Promise<Restored> {
  const layout = layoutOf(folder);
  const names = (await readdir(layout.manifests).catch(() => []))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const refused: { path: string; message: string }[] = [];
  let [results, known] = [0, 0];
  for (const name of names) {
    const path = join(layout.manifests, name);
    try {
      const manifest = believe(await readFile(path, 'utf8'), name);
      if ((await store.find(manifest.fingerprint)) !== undefined) {
        known += 1;
        continue;
      }
      for (const output of Object.values(manifest.outputs)) await takeIn(store, output, layout);
      const { schema: _, nondeterministic: __, ...result } = manifest;
      await store.publish(result);
      results += 1;
    } catch (error) {
      refused.push({ path, message: (error as Error).message });
    }
  }
  return { results, known, refused };
}

function believe(text: string, name: string): Manifest {
  const manifest = JSON.parse(text) as Manifest;
  if (name !== `${manifest.fingerprint}-${sha256(text).slice(0, 16)}.json`)
    throw new Error('the manifest has other bytes than its name says');
  if ((manifest.schema as string) !== 'temper.manifest/1')
    throw new Error(`the manifest is of another schema: ${manifest.schema as string}`);
  if (derive(manifest.ingredients) !== manifest.fingerprint)
    throw new Error('the manifest belongs to another fingerprint');
  return manifest;
}

/** An artifact from its blobs, by the way that a job's output takes: hashed from a copy of ours. */
async function takeIn(store: Store, output: StoredOutput, layout: Layout): Promise<void> {
  // On the store's own file system, so that taking the files in is a rename.
  await mkdir(join(store.location, 'incoming'), { recursive: true });
  const growing = await mkdtemp(join(store.location, 'incoming', 'restore-'));
  try {
    for (const file of output.files) {
      if (!/^[0-9a-f]{64}$/.test(file.sha256) || leaves(file.path))
        throw new Error(`${JSON.stringify(file.path)} is no file of an artifact`);
      const path = join(growing, file.path);
      await mkdir(dirname(path), { recursive: true });
      await copyFile(join(layout.blobs, file.sha256), path);
      await chmod(path, file.executable ? 0o755 : 0o644);
      if ((await sha256File(path)) !== file.sha256)
        throw new Error(`${file.path} has other bytes than its digest says`);
    }
    const taken = await store.ingest(growing, output.kind);
    if (taken.digest !== output.digest)
      throw new Error('the artifact has another digest than its manifest says');
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
}

function leaves(path: string): boolean {
  return path.startsWith('/') || normalize(path) !== path || path.split('/').includes('..');
}
