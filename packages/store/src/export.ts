import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256File } from '@temper/fingerprint';
import { StoreError } from './error.ts';
import { cloneFile, uniqueName, makeFolder } from './files.ts';
import type { Layout } from './layout.ts';
import type { StoredOutput } from './store.ts';

/** Copies an artifact to a folder that appears when it is whole, every byte verified, as files that the user owns. */
export async function exportArtifact(layout: Layout, output: StoredOutput, folder: string): Promise<void> {
  const growing = `${folder}.${uniqueName()}`;
  try {
    await makeFolder(growing);
    for (const file of output.files) {
      const path = join(growing, file.path);
      await makeFolder(dirname(path));
      const isThere = (await lstat(layout.blob(file.sha256)).catch(() => undefined)) !== undefined;
      if (isThere) await cloneFile(layout.blob(file.sha256), path);
      if (!isThere || (await sha256File(path)) !== file.sha256) {
        throw new StoreError(
          'corrupt',
          `${file.path} could not be copied: the store's bytes are not what its digest says`,
          { hint: 'run the pipeline again: the step that made it runs anew' },
        );
      }
      await chmod(path, file.executable ? 0o755 : 0o644);
    }
    await rename(growing, folder);
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    throw error;
  }
}
