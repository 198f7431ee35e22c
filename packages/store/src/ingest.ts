import { chmod, link, lstat, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactDigest, sha256File, type ArtifactFile, type Digest } from '@temper/fingerprint';
import { hasCode, StoreError } from './error.ts';
import {
  cloneFile,
  digestOfBlob,
  flushFile,
  flushFolder,
  publishByLink,
  removeFile,
  uniqueName,
  walk,
  type WalkedFile,
  makeFolder,
} from './files.ts';
import type { Layout } from './layout.ts';
import { statKey } from './stats.ts';
import type { StoredOutput } from './store.ts';

/** How many files are hashed and flushed at once: enough to keep a disk busy, few enough for its cache. */
const atOnce = 8;

/** The folders of blobs whose names this process has flushed; they stay for good. */
const flushedShards = new Set<string>();

/**
 * Takes a folder's files in as blobs. Each file gets a name of ours (a link; a copy where somebody else has a name for
 * it, too), so that the bytes hashed are the bytes kept. The folder stays as it is: whoever is killed here leaves it
 * whole for the next one.
 */
export async function ingestFolder(layout: Layout, folder: string, kind: string): Promise<StoredOutput> {
  const walked = await walk(folder);
  await makeFolder(layout.incoming);
  const files: ArtifactFile[] = [];
  for (let start = 0; start < walked.length; start += atOnce) {
    const batch = walked.slice(start, start + atOnce);
    const settled = await Promise.allSettled(batch.map((file) => ingestFile(layout, folder, file)));
    for (const outcome of settled) {
      if (outcome.status === 'rejected') throw outcome.reason;
      files.push(outcome.value);
    }
  }
  // Once each, and before any manifest can name what lies there.
  const shards = new Set(files.map(({ sha256 }) => dirname(layout.blob(sha256))));
  for (const shard of shards) await flushFolder(shard);
  if ([...shards].some((shard) => !flushedShards.has(shard))) await flushFolder(layout.blobs);
  for (const shard of shards) flushedShards.add(shard);
  return {
    kind,
    digest: artifactDigest(files),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
  };
}

async function ingestFile(layout: Layout, folder: string, file: WalkedFile): Promise<ArtifactFile> {
  const ours = join(layout.incoming, uniqueName());
  try {
    await takeOver(join(folder, file.path), ours, file);
    await chmod(ours, 0o444);
    await flushFile(ours);
    const before = statKey(ours);
    const sha256 = await sha256File(ours);
    const bytes = (await lstat(ours)).size;
    if (statKey(ours) !== before) {
      throw new StoreError('refused', `${file.path} changed while it was read`, {
        hint: 'a process of the job is still writing; let the stage wait for its children',
      });
    }
    await keepBlob(layout, ours, sha256, bytes);
    return { path: file.path, executable: file.executable, bytes, sha256 };
  } catch (error) {
    await removeFile(ours).catch(() => undefined);
    throw error;
  }
}

async function takeOver(from: string, ours: string, file: WalkedFile): Promise<void> {
  if (file.links === 1) {
    try {
      await link(from, ours);
      return;
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV')) throw error;
    }
  }
  await cloneFile(from, ours);
}

/** Gives a blob its name. One that is there already is believed only when its bytes are right. */
async function keepBlob(layout: Layout, ours: string, sha256: Digest, bytes: number): Promise<void> {
  const blob = layout.blob(sha256);
  await makeFolder(dirname(blob));
  const there = await lstat(blob).catch(() => undefined);
  if (
    there !== undefined &&
    (!there.isFile() || there.size !== bytes || (await digestOfBlob(blob)) !== sha256)
  ) {
    await rename(blob, join(await quarantineFolder(layout), `${sha256}-${uniqueName()}`));
  }
  await publishByLink(ours, blob);
}

/** The folder for what is damaged, made when it is first needed. */
export async function quarantineFolder(layout: Layout): Promise<string> {
  await makeFolder(layout.quarantine);
  return layout.quarantine;
}
