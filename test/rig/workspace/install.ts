import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The repository's root. */
export const repository = join(import.meta.dirname, '../../..');

/** The packages that stages are written with. Copied, since a test may edit them. */
const sources = ['packages/pipeline', 'packages/hub', 'packages/trl-backend', 'stages'];

/**
 * Does what `npm ci` would: registry packages below `node_modules`, the repository's own packages beside it. A job sees
 * only what lies inside its workspace, so the files of registry packages are linked one by one and not by their folder.
 */
export async function installPackages(root: string): Promise<void> {
  await linkFiles(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json'])
    await cp(join(repository, name), join(root, name));
  for (const source of sources) {
    await cp(join(repository, source), join(root, source), {
      recursive: true,
      filter: (path) => !/node_modules|\/dist$|__pycache__/.test(path.slice(repository.length)),
    });
  }
}

/** Hard links cost nothing, where both places are on one file system; otherwise it is a copy. */
export async function linkFiles(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const run = promisify(execFile);
  await run('cp', ['-al', from, to]).catch(() => cp(from, to, { recursive: true, verbatimSymlinks: true }));
}
