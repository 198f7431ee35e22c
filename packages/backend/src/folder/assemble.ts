import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CodeIdentity } from '@temper/fingerprint';
import type { JobRequest } from '../job.ts';
import { writeDurably } from './durable.ts';
import { jobFiles } from './names.ts';

export interface JobContent {
  /** The hashed code and declared files, by repository-relative path. Nothing else of the repository comes in reach. */
  readonly files: CodeIdentity['content'];
  /** The absolute `node_modules` in which a TypeScript job finds its registry packages. */
  readonly packages?: string | undefined;
}

/**
 * Makes a job's folder ready to be submitted: code, links to inputs, empty outputs, and the request as the last thing,
 * so that a folder with a request is complete. All that an earlier attempt left is removed, except its checkpoints;
 * the caller has made sure that no earlier attempt still runs.
 */
export async function assembleJobFolder(
  folder: string,
  request: JobRequest,
  content: JobContent,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // The request first: a folder that is being taken down is not taken for a job that is ready.
  await rm(join(folder, jobFiles.request), { force: true });
  for (const name of await readdir(folder)) {
    if (name !== jobFiles.checkpoint) await rm(join(folder, name), { recursive: true, force: true });
  }
  const folders = [jobFiles.code, jobFiles.inputs, jobFiles.outputs, jobFiles.temporary, jobFiles.log];
  for (const name of [...folders, request.checkpoint.path])
    await mkdir(join(folder, name), { recursive: true });
  for (const output of request.outputs) await mkdir(join(folder, output.path), { recursive: true });
  await writeCode(folder, content);
  for (const input of request.inputs) await link(input.source, join(folder, input.path));
  for (const external of request.externals) {
    if (external.type !== 'hub') await link(external.source, join(folder, external.at));
  }
  writeDurably(join(folder, jobFiles.request), `${JSON.stringify(request, null, 2)}\n`);
}

async function writeCode(folder: string, content: JobContent): Promise<void> {
  for (const file of content.files) {
    const path = join(folder, jobFiles.code, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes, { mode: file.executable ? 0o755 : 0o644 });
  }
  if (content.packages !== undefined) {
    await symlink(content.packages, join(folder, jobFiles.code, 'node_modules'));
  }
}

async function link(source: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(source, path);
}
