import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Fingerprint } from '@temper/fingerprint';
import { liveClaims } from './claims.ts';
import { hasCode, StoreError } from './error.ts';
import { namesIn } from './files.ts';
import type { Layout } from './layout.ts';
import { allFingerprints, readResults } from './results.ts';
import type { Collected, CollectOptions, Stored } from './store.ts';
import { listBlobs } from './verify.ts';
import { liveVisitors, whileAlone } from './visitors.ts';

/** What could go and why not, before anything is removed. */
interface Sweep {
  readonly results: readonly Stored[];
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  readonly bytesLeft: number;
}

/** Removes, or only names, what nobody needs. While a run is going on it only names. */
export async function collectGarbage(layout: Layout, options: CollectOptions): Promise<Collected> {
  if (options.apply) {
    const swept = await whileAlone(layout, async () => {
      if ((await liveClaims(layout)).length > 0) return undefined;
      const found = await sweep(layout, options);
      await remove(layout, found);
      return found;
    });
    if (swept !== undefined) return describe(swept, { heldUpBy: [], applied: true });
  }
  const heldUpBy = [
    ...(await liveVisitors(layout)),
    ...(await liveClaims(layout)).map(({ holder }) => holder),
  ];
  return describe(await sweep(layout, options), { heldUpBy, applied: false });
}

async function sweep(layout: Layout, options: CollectOptions): Promise<Sweep> {
  const all: Stored[] = [];
  for await (const fingerprint of allFingerprints(layout)) {
    const damaged: string[] = [];
    all.push(
      ...(await readResults(layout, fingerprint, ({ path }) => damaged.push(path), { keepDamage: true })),
    );
    // Which blobs a manifest needs that cannot be read nobody knows, and they would go.
    if (damaged[0] !== undefined) {
      throw new StoreError('unreadable', `${damaged[0]} cannot be read, so what it needs is not known`, {
        hint: '`temper verify` names all damage; running its pipeline again puts what is damaged away',
      });
    }
  }
  all.sort((left, right) => (left.manifest.made.at < right.manifest.made.at ? -1 : 1));
  const live = new Set((await liveClaims(layout)).map(({ fingerprint }) => fingerprint));
  const mayGo = all.filter((stored) => !live.has(stored.manifest.fingerprint) && !options.keep(stored));
  const usage = countUsers(all);
  const going = new Set<Stored>();
  let bytesLeft = usage.bytes;
  for (const stored of mayGo) {
    if (options.maxBytes !== undefined && bytesLeft <= options.maxBytes) break;
    going.add(stored);
    bytesLeft -= usage.drop(stored);
  }
  const staying = all.filter((stored) => !going.has(stored));
  return {
    results: [...going],
    paths: [...(await unneeded(layout, staying)), ...(await leftovers(layout, live, staying))],
    bytesLeft,
  };
}

/** How many results need each blob, so that dropping one result after the other costs no recount. */
function countUsers(results: readonly Stored[]): { readonly bytes: number; drop(stored: Stored): number } {
  const users = new Map<Digest, number>();
  let bytes = 0;
  for (const stored of results) {
    for (const [digest, size] of blobsOf(stored)) {
      const count = users.get(digest) ?? 0;
      if (count === 0) bytes += size;
      users.set(digest, count + 1);
    }
  }
  return {
    bytes,
    drop(stored) {
      let freed = 0;
      for (const [digest, size] of blobsOf(stored)) {
        const count = (users.get(digest) ?? 1) - 1;
        users.set(digest, count);
        if (count === 0) freed += size;
      }
      return freed;
    },
  };
}

function blobsOf({ manifest }: Stored): ReadonlyMap<Digest, number> {
  const files = Object.values(manifest.outputs).flatMap((output) => output.files);
  return new Map(files.map(({ sha256, bytes }) => [sha256, bytes]));
}

/** Blobs and trees that no staying result has. */
async function unneeded(layout: Layout, staying: readonly Stored[]): Promise<Sweep['paths']> {
  const blobs = new Set(staying.flatMap((stored) => [...blobsOf(stored).keys()]));
  const trees = new Set<string>(
    staying.flatMap(({ manifest }) => Object.values(manifest.outputs).map(({ digest }) => digest)),
  );
  const paths: { path: string; bytes: number }[] = [];
  for (const { path, name } of await listBlobs(layout)) {
    if (!blobs.has(name as Digest)) paths.push({ path, bytes: (await lstat(path)).size });
  }
  // The bytes of a tree are those of its blobs.
  for (const name of await list(layout.trees)) {
    if (!trees.has(name)) paths.push({ path: join(layout.trees, name), bytes: 0 });
  }
  for (const name of await list(layout.stats)) {
    if (!trees.has(name.slice(0, 64))) paths.push({ path: join(layout.stats, name), bytes: 0 });
  }
  return paths;
}

/**
 * What the dead left: files on their way in, what was put into quarantine, and the folders of jobs. The folder of a job
 * that may still be adopted, or whose checkpoints the next attempt would go on from, stays.
 */
async function leftovers(
  layout: Layout,
  live: ReadonlySet<Fingerprint>,
  staying: readonly Stored[],
): Promise<Sweep['paths']> {
  const made = new Set(staying.map(({ manifest }) => manifest.fingerprint));
  const paths: { path: string; bytes: number }[] = [];
  for (const folder of [layout.incoming, layout.quarantine]) {
    for (const name of await list(folder)) {
      const path = join(folder, name);
      paths.push({ path, bytes: await sizeOf(path) });
    }
  }
  for (const name of await list(layout.work)) {
    const path = join(layout.work, name);
    if (live.has(name as Fingerprint)) continue;
    const isOfUse =
      (await list(join(path, 'job', 'checkpoint'))).length > 0 ||
      (await list(join(path, 'job'))).includes('handle.json');
    if (made.has(name as Fingerprint) || !isOfUse) paths.push({ path, bytes: await sizeOf(path) });
  }
  return paths;
}

/** Manifests first: a result must never outlive what it promises. */
async function remove(layout: Layout, { results, paths }: Sweep): Promise<void> {
  for (const { manifest, name } of results)
    await rm(join(layout.results(manifest.fingerprint), name), { force: true });
  for (const { path } of paths) await rm(path, { recursive: true, force: true });
}

function describe(sweep: Sweep, end: Pick<Collected, 'heldUpBy' | 'applied'>): Collected {
  return {
    results: sweep.results,
    bytes: sweep.paths.reduce((sum, { bytes }) => sum + bytes, 0),
    files: sweep.paths.length,
    bytesLeft: sweep.bytesLeft,
    ...end,
  };
}

/** Bytes that only this path holds. */
async function sizeOf(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined || (stat.isFile() && stat.nlink > 1)) return 0;
  if (!stat.isDirectory()) return stat.isFile() ? stat.size : 0;
  let bytes = 0;
  for (const name of await list(path)) bytes += await sizeOf(join(path, name));
  return bytes;
}

/** As {@link namesIn}; a file where a folder is looked for holds no names either. */
async function list(folder: string): Promise<readonly string[]> {
  return namesIn(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOTDIR')) return [];
    throw error;
  });
}
