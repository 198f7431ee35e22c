import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/**
 * Shows a pipeline's outputs at `output/<pipeline>/<configuration>/<name>`: a folder of links into the store that each
 * run replaces whole, so that what a run did not confirm is absent.
 *
 * @returns the workspace-relative path of each output.
 */
export async function showOutputs(
  workspace: string,
  pipeline: string,
  configuration: string,
  trees: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const folder = join(workspace, 'output', pipeline, configuration);
  const paths = Object.fromEntries(
    Object.keys(trees).map((name) => [name, relative(workspace, join(folder, name))]),
  );
  if (await shows(folder, trees)) return paths;
  await mkdir(dirname(folder), { recursive: true });
  await removeLeftovers(folder);
  const growing = besides(folder);
  await mkdir(growing);
  for (const [name, tree] of Object.entries(trees)) await symlink(tree, join(growing, name));
  for (;;) {
    const old = `${growing}.old`;
    // A folder that is not empty cannot be replaced by one rename, so the old one steps aside first.
    await rename(folder, old).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    await rm(old, { recursive: true, force: true });
    try {
      await rename(growing, folder);
      break;
    } catch (error) {
      // Another run of the same pipeline was quicker; whoever is last is right.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return paths;
}

async function shows(folder: string, trees: Readonly<Record<string, string>>): Promise<boolean> {
  const stat = await lstat(folder).catch(() => undefined);
  if (stat === undefined) return false;
  for (const [name, tree] of Object.entries(trees)) {
    if ((await readlink(join(folder, name)).catch(() => undefined)) !== tree) return false;
  }
  return (await readdir(folder)).length === Object.keys(trees).length;
}

/** A name of this process, so that others can tell later whether it still has a use for it. */
function besides(folder: string): string {
  return `${folder}.${String(process.pid)}-${randomBytes(6).toString('hex')}`;
}

/** Takes away what killed runs left beside the folder. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    const path = join(dirname(folder), name);
    const pid = path.startsWith(`${folder}.`)
      ? /^(\d+)-[0-9a-f]{12}(?:\.old)?$/.exec(path.slice(folder.length + 1))?.[1]
      : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
