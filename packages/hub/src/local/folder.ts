import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { HubError, sentenceOf } from '../error.ts';
import type { StoredFile } from '../download/file.ts';
import { type LeftFile, select, type Selection } from '../selection.ts';
import { inspectModelFile } from '../weights/inspect.ts';
import { takeFile, type TakenBy } from './take.ts';

export interface FolderOptions extends Selection {
  /** Whether to look into configurations and safetensors headers. @default 'model' */
  readonly type?: 'model' | 'dataset' | undefined;
}

/** A folder's files, checked, with what was left out. */
export interface FolderContents {
  readonly files: readonly StoredFile[];
  readonly left: readonly LeftFile[];
  readonly bytes: number;
}

/**
 * Checks a folder in place: what it would bring, each file by path, size and SHA-256. Nothing is copied, so this
 * is for whoever keeps a reference to the folder and checks the digests again when reading.
 */
export async function examineFolder(folder: string, options: FolderOptions = {}): Promise<FolderContents> {
  const { taken, left } = await selectFrom(folder, options);
  const files: StoredFile[] = [];
  for (const { path, size } of taken) {
    if (options.type !== 'dataset') await inspectModelFile(folder, path);
    const sha256 = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, path)) as AsyncIterable<Buffer>)
      sha256.update(chunk);
    files.push({ path, size, sha256: sha256.digest('hex') });
  }
  return { files, left, bytes: sum(files) };
}

/**
 * Takes a folder's files over into `into`, by reflink where the file system can and else by copying. Each file is
 * hashed as it comes and looked into before the next one.
 */
export async function takeFolder(
  folder: string,
  into: string,
  options: FolderOptions = {},
): Promise<FolderContents & { readonly by: TakenBy }> {
  const { taken, left } = await selectFrom(folder, options);
  const files: StoredFile[] = [];
  const ways = new Set<TakenBy>();
  for (const { path } of taken) {
    if (options.type !== 'dataset') await inspectModelFile(folder, path);
    const stored = await takeFile(join(folder, path), join(into, path), undefined, ({ by, size, sha256 }) => {
      ways.add(by);
      return { path, size, sha256 };
    });
    files.push(stored);
  }
  return {
    files,
    left,
    bytes: sum(files),
    by: ways.has('copy') ? 'copy' : 'reflink',
  };
}

async function selectFrom(folder: string, options: FolderOptions) {
  const root = await realpath(folder).catch((error: unknown) => {
    throw badFolder(folder, `cannot be read: ${sentenceOf(error)}`, error);
  });
  if (!(await stat(root)).isDirectory()) throw badFolder(folder, 'is not a folder');
  const found = [];
  for (const entry of await readdir(root, {
    recursive: true,
    withFileTypes: true,
  })) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(root, full).split(sep).join('/');
    if (path.split('/').some((part) => part.startsWith('.'))) continue;
    // A link is followed to a file, as the cache of huggingface_hub needs, but not into other folders.
    const { size, file } = await stat(full).then(
      (one) => ({ size: one.size, file: one.isFile() }),
      () => ({ size: 0, file: entry.isSymbolicLink() }),
    );
    if (file)
      found.push({
        path,
        size,
        digest: { algorithm: 'sha256', value: '' } as const,
      });
  }
  found.sort((one, other) => (one.path < other.path ? -1 : 1));
  const selected = select(found, options);
  if (selected.taken.length === 0) {
    const why =
      selected.left.length === 0 ? 'is empty' : `has ${selected.left.length} files, and none was selected`;
    throw badFolder(folder, why);
  }
  return selected;
}

function badFolder(folder: string, what: string, cause?: unknown): HubError {
  return new HubError({
    reason: 'bad-folder',
    message: `The folder ${folder} ${what}`,
    hint: 'check `path`, `include` and `exclude`',
    cause,
  });
}

function sum(files: readonly StoredFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}
