import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactDigest, sha256File, type ArtifactFile, type Digest } from '@temper/fingerprint';
import { StoreError } from './error.ts';
import { cloneFile, flushFile, publishByLink, uniqueName, walk, type WalkedFile } from './files.ts';
import type { Layout } from './layout.ts';
import { statKey } from './stats.ts';
import type { StoredOutput } from './store.ts';

/** How many files are hashed and flushed at once: enough to keep a disk busy, few enough for its cache. */
const atOnce = 8;

/**
 * Takes a folder's files in as blobs. Each file is first moved (or, when somebody else has a name for it, copied) to a
 * place of ours, so that the bytes hashed are the bytes kept.
 */
export async function ingestFolder(layout: Layout, folder: string, kind: string): Promise<StoredOutput> {
  const walked = await walk(folder);
  await mkdir(layout.incoming, { recursive: true });
  const files: ArtifactFile[] = [];
  for (let start = 0; start < walked.length; start += atOnce) {
    const batch = walked.slice(start, start + atOnce);
    files.push(...(await Promise.all(batch.map((file) => ingestFile(layout, folder, file)))));
  }
  await rm(folder, { recursive: true, force: true });
  return {
    kind,
    digest: artifactDigest(files),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
  };
}

async function ingestFile(layout: Layout, folder: string, file: WalkedFile): Promise<ArtifactFile> {
  const from = join(folder, file.path);
  const ours = join(layout.incoming, uniqueName());
  if (file.links > 1) await cloneFile(from, ours);
  else await rename(from, ours);
  await chmod(ours, file.executable ? 0o555 : 0o444);
  await flushFile(ours);
  const before = await statKey(ours);
  const sha256 = await sha256File(ours);
  const bytes = (await lstat(ours)).size;
  if ((await statKey(ours)) !== before) {
    await rm(ours, { force: true });
    throw new StoreError('refused', `${file.path} changed while it was read`, {
      hint: 'a process of the job is still writing; let the stage wait for its children',
    });
  }
  await keepBlob(layout, ours, sha256, bytes);
  return { path: file.path, executable: file.executable, bytes, sha256 };
}

/** Gives a blob its name. One that is there already is believed only when its bytes are right. */
async function keepBlob(layout: Layout, ours: string, sha256: Digest, bytes: number): Promise<void> {
  const blob = layout.blob(sha256);
  await chmod(ours, 0o444);
  await mkdir(dirname(blob), { recursive: true });
  const there = await lstat(blob).catch(() => undefined);
  if (
    there !== undefined &&
    (!there.isFile() || there.size !== bytes || (await sha256File(blob)) !== sha256)
  ) {
    await rename(blob, join(await quarantineFolder(layout), `${sha256}-${uniqueName()}`));
  }
  await publishByLink(ours, blob);
}

/** The folder for what is damaged, made when it is first needed. */
export async function quarantineFolder(layout: Layout): Promise<string> {
  await mkdir(layout.quarantine, { recursive: true });
  return layout.quarantine;
}
