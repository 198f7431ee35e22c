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
  const growing = `${folder}.${randomBytes(6).toString('hex')}`;
  await mkdir(growing, { recursive: true });
  for (const [name, tree] of Object.entries(trees)) await symlink(tree, join(growing, name));
  await mkdir(dirname(folder), { recursive: true });
  const old = `${growing}.old`;
  // A folder that is not empty cannot be replaced by one rename, so the old one steps aside first.
  await rename(folder, old).catch(() => undefined);
  await rename(growing, folder);
  await rm(old, { recursive: true, force: true });
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
