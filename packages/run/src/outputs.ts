import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Shows a pipeline's outputs at `output/<pipeline>/<configuration>/<name>`: a folder of links into the store that each
 * run replaces whole, so that what a run did not confirm is absent. What somebody else put there steps aside.
 *
 * @returns the path of each output, and where what was not ours is now; relative to the workspace.
 */
export async function showOutputs(
  workspace: string,
  pipeline: string,
  configuration: string,
  trees: Readonly<Record<string, string>>,
): Promise<{ readonly paths: Readonly<Record<string, string>>; readonly aside: readonly string[] }> {
  const folder = join(workspace, 'output', pipeline, configuration);
  const paths = Object.fromEntries(
    Object.keys(trees).map((name) => [name, relative(workspace, join(folder, name))]),
  );
  if (await shows(folder, trees)) return { paths, aside: [] };
  await mkdir(dirname(folder), { recursive: true });
  const aside = await removeLeftovers(folder);
  const growing = besides(folder);
  await mkdir(growing);
  for (const [name, tree] of Object.entries(trees)) await symlink(tree, join(growing, name));
  for (;;) {
    const old = `${growing}.old`;
    // A folder that is not empty cannot be replaced by one rename, so the old one steps aside first.
    await rename(folder, old).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    aside.push(...(await discard(old, folder)));
    try {
      await rename(growing, folder);
      break;
    } catch (error) {
      // Another run of the same pipeline was quicker; whoever is last is right.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return { paths, aside: aside.map((path) => relative(workspace, path)) };
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

/** Removes a folder of links. What is no link of ours is the user's, and is moved to a place beside `folder`. */
async function discard(old: string, folder: string): Promise<string[]> {
  const stat = await lstat(old).catch(() => undefined);
  if (stat === undefined) return [];
  // A file, or a link to a folder of the user's, of whose content nothing is touched.
  const theirs = stat.isDirectory() ? await notLinks(old) : [{ path: old, name: basename(folder) }];
  const aside: string[] = [];
  if (theirs.length > 0) {
    const kept = await makeAside(folder);
    for (const { path, name } of theirs) await rename(path, join(kept, name));
    aside.push(kept);
  }
  await rm(old, { recursive: true, force: true });
  return aside;
}

async function notLinks(
  folder: string,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isSymbolicLink())
    .map(({ name }) => ({ path: join(folder, name), name }));
}

async function makeAside(folder: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = `${folder}.kept-${String(number)}`;
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Takes away what killed runs left beside the folder; answers where what was not theirs is now. */
async function removeLeftovers(folder: string): Promise<string[]> {
  const aside: string[] = [];
  for (const name of await readdir(dirname(folder))) {
    const path = join(dirname(folder), name);
    const pid = path.startsWith(`${folder}.`)
      ? /^(\d+)-[0-9a-f]{12}(?:\.old)?$/.exec(path.slice(folder.length + 1))?.[1]
      : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) aside.push(...(await discard(path, folder)));
  }
  return aside;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
