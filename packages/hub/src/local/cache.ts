import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

import { type Environment, huggingFaceCache } from '../environment.ts';
import { HubError } from '../error.ts';
import type { HubFile } from '../hubs/hub.ts';
import { describeSource, type NamedSource, type Revision } from '../source.ts';

/**
 * What huggingface_hub has downloaded before. In its cache a content is a blob named by its ETag, which is the
 * very digest that the hub lists, and a snapshot is a folder of links to blobs
 * (https://huggingface.co/docs/huggingface_hub/guides/manage-cache).
 */
export interface Cache {
  /** A blob that claims to be this file's content. Its bytes have not been looked at. */
  find(file: HubFile): Promise<string | undefined>;
  readonly resolve: () => Promise<Revision>;
  readonly list: (revision: Revision) => Promise<HubFile[]>;
}

export function openCache(source: NamedSource, environment: Environment): Cache {
  const folder = join(huggingFaceCache(environment), `${source.type}s--${source.repo.split('/').join('--')}`);
  return {
    async find(file) {
      const blob = join(folder, 'blobs', file.digest.value);
      const found = await stat(blob).catch(() => undefined);
      return found?.isFile() === true && found.size === file.size ? blob : undefined;
    },

    async resolve() {
      if (/^[\da-f]{40}$/.test(source.revision)) return { ...source, commit: source.revision };
      const reference = join(folder, 'refs', ...source.revision.split('/'));
      const commit = (await readFile(reference, 'utf8').catch(() => '')).trim();
      if (!/^[\da-f]{40}$/.test(commit)) throw notInCache(source, folder);
      return { ...source, commit };
    },

    async list(revision) {
      const snapshot = join(folder, 'snapshots', revision.commit);
      const entries = await readdir(snapshot, {
        recursive: true,
        withFileTypes: true,
      }).catch(() => {
        throw notInCache(source, folder);
      });
      const files: HubFile[] = [];
      for (const entry of entries) {
        if (entry.isDirectory()) continue;
        const link = join(entry.parentPath, entry.name);
        const blob = await realpath(link);
        const value = basename(blob);
        // Where links are not possible the cache holds plain files, and then nothing says what they should be.
        if (!/^([\da-f]{40}|[\da-f]{64})$/.test(value)) continue;
        const algorithm = value.length === 64 ? 'sha256' : 'git-blob-sha1';
        const path = relative(snapshot, link).split(sep).join('/');
        files.push({
          path,
          size: (await stat(blob)).size,
          digest: { algorithm, value },
        });
      }
      return files.sort((one, other) => (one.path < other.path ? -1 : 1));
    },
  };
}

function notInCache(source: NamedSource, folder: string): HubError {
  return new HubError({
    reason: 'not-in-cache',
    message: `HF_HUB_OFFLINE is set, and ${folder} does not hold the ${describeSource(source)} at revision "${source.revision}"`,
    hint: 'unset HF_HUB_OFFLINE to download it, or name a revision that was downloaded before',
  });
}
