import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Fingerprint } from '@temper/fingerprint';
import { hasCode } from './error.ts';
import { digestOfBlob, namesIn } from './files.ts';
import type { Layout } from './layout.ts';
import { allFingerprints, readResults } from './results.ts';
import type { Damage, StoredOutput } from './store.ts';
import { strangers } from './trees.ts';

/** A blob, or what lies where a blob should. */
export interface BlobFile {
  readonly path: string;
  readonly name: string;
}

/** Reads every blob, manifest and tree against its digest, and goes on past what cannot be read. Changes nothing. */
export async function verifyStore(
  layout: Layout,
  onProgress: (bytes: number) => void,
): Promise<readonly Damage[]> {
  const damage: Damage[] = [];
  const users = new Map<Digest, Set<Fingerprint>>();
  const trees = new Map<Digest, { readonly output: StoredOutput; readonly fingerprint: Fingerprint }>();
  const report = (
    path: string,
    problem: Damage['problem'],
    message: string,
    affects: Iterable<Fingerprint> = [],
  ): void => {
    damage.push({ path, problem, message, affects: [...affects] });
  };
  const unreadable = (path: string, error: Error, affects?: Iterable<Fingerprint>): void => {
    report(path, 'unreadable', `it cannot be read: ${error.message}`, affects);
  };

  for await (const fingerprint of allFingerprints(layout, unreadable)) {
    const results = await readResults(layout, fingerprint, (found) => damage.push(found), {
      keepDamage: true,
    }).catch((error: unknown) => {
      unreadable(layout.results(fingerprint), error as Error, [fingerprint]);
      return [];
    });
    for (const { manifest } of results) {
      for (const output of Object.values(manifest.outputs)) {
        trees.set(output.digest, { output, fingerprint });
        for (const file of output.files) {
          const known = users.get(file.sha256) ?? new Set();
          users.set(file.sha256, known.add(fingerprint));
        }
      }
    }
  }

  // A blob and the file of a tree are mostly one and the same, and need one reading.
  const read = new Map<string, string>();
  const seen = new Set<Digest>();
  const check = async (path: string, digest: Digest, what: string): Promise<void> => {
    const affects = users.get(digest) ?? [];
    try {
      const { dev, ino, size } = await lstat(path);
      const inode = `${String(dev)}:${String(ino)}`;
      let actual = read.get(inode);
      if (actual === undefined) {
        actual = await digestOfBlob(path);
        read.set(inode, actual);
        onProgress(size);
      }
      if (actual !== digest) report(path, 'corrupt', `${what} has other bytes than its digest says`, affects);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) report(path, 'missing', `${what} is gone`, affects);
      else unreadable(path, error as Error, affects);
    }
  };

  for (const { path, name } of await listBlobs(layout, unreadable)) {
    if (!/^[0-9a-f]{64}$/.test(name)) report(path, 'unexpected', 'it is no blob: its name is not a digest');
    else {
      seen.add(name as Digest);
      await check(path, name as Digest, 'the blob');
    }
  }
  for (const [digest, affects] of users) {
    if (!seen.has(digest)) report(layout.blob(digest), 'missing', 'a result needs this blob', affects);
  }
  for (const [digest, { output, fingerprint }] of trees) {
    const tree = layout.tree(digest);
    // One that is gone is made again from its blobs.
    if ((await lstat(tree).catch(() => undefined)) === undefined) continue;
    for (const file of output.files) await check(join(tree, file.path), file.sha256, 'the file');
    for (const path of await strangers(layout, output))
      report(join(tree, path), 'unexpected', 'no result put this file here', [fingerprint]);
  }
  return damage;
}

/** All files below `blobs/`, in code-unit order. */
export async function listBlobs(
  layout: Layout,
  onProblem?: (path: string, error: Error) => void,
): Promise<readonly BlobFile[]> {
  const blobs: BlobFile[] = [];
  for (const shard of await namesIn(layout.blobs, onProblem)) {
    for (const name of await namesIn(join(layout.blobs, shard), onProblem))
      blobs.push({ path: join(layout.blobs, shard, name), name });
  }
  return blobs;
}
