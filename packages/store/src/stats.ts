import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredOutput } from './store.ts';
import { replaceFile } from './files.ts';
import type { Layout } from './layout.ts';

/** What tells without reading whether a file is still the one that was verified: `dev:ino:size:mtime:ctime`, ns. */
export type StatKey = string;

/** @throws the file system's error when there is no such file. */
export async function statKey(path: string): Promise<StatKey> {
  const stat = await lstat(path, { bigint: true });
  const type = stat.isFile() ? 'f' : 'x';
  return [type, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
}

interface Recorded {
  /** Milliseconds when the record was made: files that changed close to it are not trusted. */
  readonly at: number;
  readonly keys: Readonly<Record<string, StatKey>>;
}

/**
 * A file whose change time lies within this of the record could have been written again in the same tick of the clock
 * without a visible difference (git calls such entries racy: https://git-scm.com/docs/racy-git).
 */
const racyMilliseconds = 20;

/** Records what the files of an artifact's tree look like, after their bytes were verified. */
export async function recordStats(layout: Layout, output: StoredOutput): Promise<void> {
  const keys: Record<string, StatKey> = {};
  for (const { path } of output.files) keys[path] = await statKey(join(layout.tree(output.digest), path));
  const recorded: Recorded = { at: Date.now(), keys };
  await replaceFile(layout.stat(output.digest), JSON.stringify(recorded));
}

/** The files of a tree that do not look as recorded; all of them when nothing was recorded. */
export async function changedFiles(layout: Layout, output: StoredOutput): Promise<readonly string[]> {
  const recorded = await readRecord(layout, output);
  if (recorded === undefined) return output.files.map(({ path }) => path);
  const changed: string[] = [];
  for (const { path } of output.files) {
    const known = recorded.keys[path];
    const now = await statKey(join(layout.tree(output.digest), path)).catch(() => undefined);
    if (now === undefined || now !== known || isRacy(known, recorded.at)) changed.push(path);
  }
  return changed;
}

function isRacy(key: StatKey, recordedAt: number): boolean {
  const changed = BigInt(key.slice(key.lastIndexOf(':') + 1)) / 1_000_000n;
  return Number(changed) > recordedAt - racyMilliseconds;
}

async function readRecord(layout: Layout, output: StoredOutput): Promise<Recorded | undefined> {
  try {
    return JSON.parse(await readFile(layout.stat(output.digest), 'utf8')) as Recorded;
  } catch {
    return undefined;
  }
}
