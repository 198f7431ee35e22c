import { chmod, link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256File } from '@temper/fingerprint';
import { hasCode, StoreError } from './error.ts';
import { cloneFile, flushFolder, uniqueName } from './files.ts';
import { quarantineFolder } from './ingest.ts';
import type { Layout } from './layout.ts';
import { changedFiles } from './stats.ts';
import type { Damage, StoredOutput } from './store.ts';

/**
 * The tree of an artifact: made in a place of its own and renamed when it is whole. Every blob is read against its
 * digest before it enters, since a tree is what jobs and people read.
 *
 * @throws StoreError `corrupt` when a blob is not what its name says.
 */
export async function makeTree(
  layout: Layout,
  output: StoredOutput,
  options: { readonly verified: boolean },
): Promise<string> {
  const tree = layout.tree(output.digest);
  if (await isThere(tree)) return tree;
  const growing = join(layout.incoming, uniqueName());
  await mkdir(growing, { recursive: true });
  try {
    for (const file of output.files) {
      const blob = layout.blob(file.sha256);
      if (!options.verified && (await sha256File(blob)) !== file.sha256) {
        throw new StoreError('corrupt', `the blob of ${file.path} does not have the bytes its name says`);
      }
      await place(blob, join(growing, file.path), file.executable);
    }
    await mkdir(layout.trees, { recursive: true });
    await rename(growing, tree);
    await flushFolder(layout.trees);
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    // Two processes may make the same tree at once; the first one's is as good as ours.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return tree;
}

/** A link to the blob; a copy where the mode has to differ (an inode has one mode) or links do not work. */
async function place(blob: string, path: string, executable: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (!executable) {
    try {
      await link(blob, path);
      return;
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV')) throw error;
    }
  }
  await cloneFile(blob, path);
  await chmod(path, executable ? 0o555 : 0o444);
}

/**
 * What is wrong with an artifact, by stat; files that look different are read. A tree that is gone is no damage while
 * its blobs are there.
 */
export async function inspect(
  layout: Layout,
  output: StoredOutput,
): Promise<{ readonly damage: readonly Omit<Damage, 'affects'>[]; readonly reread: boolean }> {
  const damage: Omit<Damage, 'affects'>[] = [];
  const tree = layout.tree(output.digest);
  const hasTree = await isThere(tree);
  const suspects = hasTree
    ? new Set(await changedFiles(layout, output))
    : new Set(output.files.map(({ path }) => path));
  for (const file of output.files) {
    const blob = layout.blob(file.sha256);
    const paths = hasTree ? [blob, join(tree, file.path)] : [blob];
    for (const path of paths) {
      const stat = await lstat(path).catch(() => undefined);
      if (stat === undefined) damage.push({ path, problem: 'missing', message: `${file.path} is gone` });
      else if (!stat.isFile() || stat.size !== file.bytes) {
        damage.push({
          path,
          problem: 'corrupt',
          message: `${file.path} has ${String(stat.size)} bytes instead of ${String(file.bytes)}`,
        });
      } else if (suspects.has(file.path) && hasTree && (await sha256File(path)) !== file.sha256) {
        damage.push({
          path,
          problem: 'corrupt',
          message: `${file.path} has other bytes than its digest says`,
        });
      }
    }
  }
  return { damage, reread: hasTree && suspects.size > 0 };
}

/** Takes a damaged artifact out of reach: its tree, and those blobs that are not what their names say. */
export async function isolate(layout: Layout, output: StoredOutput): Promise<void> {
  const folder = await quarantineFolder(layout);
  const move = async (path: string, name: string): Promise<void> => {
    await rename(path, join(folder, `${name}-${uniqueName()}`)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  };
  for (const file of output.files) {
    const blob = layout.blob(file.sha256);
    const actual = await sha256File(blob).catch(() => undefined);
    if (actual !== undefined && actual !== file.sha256) await move(blob, file.sha256);
  }
  await move(layout.tree(output.digest), `tree-${output.digest}`);
  await rm(layout.stat(output.digest), { force: true });
}

/** Whether the tree holds nothing but its files. */
export async function strangers(layout: Layout, output: StoredOutput): Promise<readonly string[]> {
  const expected = new Set(output.files.map(({ path }) => path));
  const found: string[] = [];
  const pending = [''];
  const tree = layout.tree(output.digest);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(join(tree, at), { withFileTypes: true }).catch(() => [])) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (!expected.has(path)) found.push(path);
    }
  }
  return found;
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}
