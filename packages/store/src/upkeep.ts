import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256File, type Digest, type Fingerprint } from '@temper/fingerprint';
import { liveClaims } from './claims.ts';
import type { Layout } from './layout.ts';
import { allFingerprints, readResults } from './results.ts';
import type { Collected, CollectOptions, Damage, Stored } from './store.ts';
import { strangers } from './trees.ts';

/** Reads every blob, manifest and tree against its digest, and goes on past what cannot be read. */
export async function verifyStore(
  layout: Layout,
  onProgress: (bytes: number) => void,
): Promise<readonly Damage[]> {
  const damage: Damage[] = [];
  const users = new Map<Digest, Set<Fingerprint>>();
  const trees = new Map<Digest, Stored>();
  for await (const fingerprint of allFingerprints(layout)) {
    for (const stored of await readResults(layout, fingerprint, (found) => damage.push(found))) {
      for (const output of Object.values(stored.manifest.outputs)) {
        trees.set(output.digest, stored);
        for (const file of output.files) {
          const known = users.get(file.sha256) ?? new Set();
          users.set(file.sha256, known.add(fingerprint));
        }
      }
    }
  }
  const report = (path: string, problem: Damage['problem'], message: string, digest?: Digest): void => {
    damage.push({
      path,
      problem,
      message,
      affects: digest === undefined ? [] : [...(users.get(digest) ?? [])],
    });
  };

  const seen = new Set<Digest>();
  for (const { path, name } of await listBlobs(layout)) {
    const digest = name as Digest;
    seen.add(digest);
    try {
      onProgress((await lstat(path)).size);
      if ((await sha256File(path)) !== digest)
        report(path, 'corrupt', 'the blob has other bytes than its name says', digest);
    } catch (error) {
      report(path, 'unreadable', (error as Error).message, digest);
    }
  }
  for (const digest of users.keys()) {
    if (!seen.has(digest)) report(layout.blob(digest), 'missing', 'a result needs this blob', digest);
  }
  for (const [digest, stored] of trees) {
    const output = Object.values(stored.manifest.outputs).find((candidate) => candidate.digest === digest);
    if (output === undefined || (await lstat(layout.tree(digest)).catch(() => undefined)) === undefined)
      continue;
    for (const file of output.files) {
      const path = join(layout.tree(digest), file.path);
      const actual = await sha256File(path).catch((error: unknown) => error as Error);
      if (actual instanceof Error) report(path, 'unreadable', actual.message, file.sha256);
      else if (actual !== file.sha256)
        report(path, 'corrupt', 'the file has other bytes than its digest says', file.sha256);
    }
    for (const path of await strangers(layout, output)) {
      report(join(layout.tree(digest), path), 'unexpected', 'no result put this file here');
    }
  }
  return damage;
}

/** Removes, or only names, what nobody needs. */
export async function collectGarbage(layout: Layout, options: CollectOptions): Promise<Collected> {
  const live = await liveClaims(layout);
  const busy = new Set(live.map(({ fingerprint }) => fingerprint));
  const results: Stored[] = [];
  for await (const fingerprint of allFingerprints(layout))
    results.push(...(await readResults(layout, fingerprint)));
  results.sort((left, right) => (left.manifest.made.at < right.manifest.made.at ? -1 : 1));

  const going = new Set(
    results.filter((stored) => !busy.has(stored.manifest.fingerprint) && !options.keep(stored)),
  );
  const sizeOf = (kept: readonly Stored[]): number =>
    blobsOf(kept).reduce((sum, [, bytes]) => sum + bytes, 0);
  if (options.maxBytes === undefined) going.clear();
  else {
    const removable = [...going];
    going.clear();
    for (const stored of removable) {
      if (sizeOf(results.filter((other) => !going.has(other))) <= options.maxBytes) break;
      going.add(stored);
    }
  }
  const staying = results.filter((stored) => !going.has(stored));
  const needed = new Set(blobsOf(staying).map(([digest]) => digest));
  const neededTrees = new Set(
    staying.flatMap(({ manifest }) => Object.values(manifest.outputs).map(({ digest }) => digest as string)),
  );
  // A live run may hold blobs that no manifest names yet: nothing that changed since the oldest claim is touched.
  const oldest = Math.min(Date.now(), ...live.map(({ holder }) => Date.parse(holder.since)));
  const isSettled = async (path: string): Promise<boolean> =>
    live.length === 0 || (await lstat(path)).ctimeMs < oldest;

  const paths: { path: string; bytes: number }[] = [];
  for (const { path, name } of await listBlobs(layout)) {
    if (!needed.has(name as Digest) && (await isSettled(path)))
      paths.push({ path, bytes: (await lstat(path)).size });
  }
  for (const name of await readdir(layout.trees).catch(() => [])) {
    const path = join(layout.trees, name);
    if (!neededTrees.has(name) && (await isSettled(path)))
      paths.push({ path, bytes: 0 }, { path: layout.stat(name as Digest), bytes: 0 });
  }
  for (const name of await readdir(layout.work).catch(() => [])) {
    if (!busy.has(name as Fingerprint)) paths.push({ path: join(layout.work, name), bytes: 0 });
  }
  for (const folder of [layout.incoming, layout.quarantine]) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if (await isSettled(path)) paths.push({ path, bytes: (await lstat(path)).size });
    }
  }
  if (options.apply) {
    // Manifests first: a result must never outlive what it promises.
    for (const stored of going)
      await rm(join(layout.results(stored.manifest.fingerprint), stored.name), { force: true });
    for (const { path } of paths) await rm(path, { recursive: true, force: true });
  }
  return {
    manifests: [...going],
    bytes: paths.reduce((sum, { bytes }) => sum + bytes, 0),
    files: paths.length,
  };
}

function blobsOf(results: readonly Stored[]): readonly (readonly [Digest, number])[] {
  const blobs = new Map<Digest, number>();
  for (const { manifest } of results) {
    for (const output of Object.values(manifest.outputs)) {
      for (const file of output.files) blobs.set(file.sha256, file.bytes);
    }
  }
  return [...blobs];
}

async function listBlobs(
  layout: Layout,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const blobs: { path: string; name: string }[] = [];
  for (const shard of (await readdir(layout.blobs).catch(() => [])).sort()) {
    for (const name of (await readdir(join(layout.blobs, shard)).catch(() => [])).sort()) {
      blobs.push({ path: join(layout.blobs, shard, name), name });
    }
  }
  return blobs;
}
