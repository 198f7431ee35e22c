import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sha256 } from '@temper/fingerprint';
import { isAlive, self } from './claims.ts';
import { fromFileSystem, hasCode, StoreError } from './error.ts';
import { uniqueName, makeFolder, namesIn } from './files.ts';
import type { Layout } from './layout.ts';
import type { Holder, Visit } from './store.ts';

/**
 * Runs that are going on, the workspaces they belong to, and the one who may tidy meanwhile. Whoever runs writes its
 * name first and then looks for somebody who tidies; whoever tidies writes its name first and then looks for runs. So
 * at least one of the two sees the other, and it is always the run that waits and the tidying that gives way.
 */

/** Announces a run. A store that cannot be written to has nobody who could tidy it. */
export async function enterStore(layout: Layout, workspace: string): Promise<Visit> {
  const path = join(layout.visitors, `${uniqueName()}.json`);
  try {
    await registerWorkspace(layout, workspace);
    await write(path, { ...self(), since: new Date().toISOString() });
  } catch (error) {
    if (fromFileSystem(error, '') instanceof StoreError) return { leave: () => Promise.resolve() };
    throw error;
  }
  while ((await readHolder(layout.tidying)) !== undefined) await wait(50);
  return {
    leave: () => rm(path, { force: true }).catch(() => undefined),
  };
}

/** The runs that are going on; what dead ones left is taken away. */
export async function liveVisitors(layout: Layout): Promise<readonly Holder[]> {
  const visitors: Holder[] = [];
  for (const name of await list(layout.visitors)) {
    const path = join(layout.visitors, name);
    const holder = await readHolder(path);
    if (holder !== undefined) visitors.push(holder);
  }
  return visitors;
}

/**
 * Does something while no run is going on and none may begin. Answers `undefined` when one is, or somebody else tidies.
 */
export async function whileAlone<Result>(
  layout: Layout,
  deed: () => Promise<Result>,
): Promise<Result | undefined> {
  const draft = `${layout.tidying}.${uniqueName()}`;
  await write(draft, { ...self(), since: new Date().toISOString() });
  try {
    if ((await readHolder(layout.tidying)) !== undefined) return undefined;
    await link(draft, layout.tidying);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return (await liveVisitors(layout)).length > 0 ? undefined : await deed();
  } finally {
    await rm(layout.tidying, { force: true });
  }
}

interface Registered {
  readonly schema: 'temper.workspace/1';
  readonly workspace: string;
}

async function registerWorkspace(layout: Layout, workspace: string): Promise<void> {
  const path = join(layout.workspaces, `${sha256(workspace).slice(0, 16)}.json`);
  if (!existsSync(path)) await write(path, { schema: 'temper.workspace/1', workspace } satisfies Registered);
}

/**
 * The workspaces whose runs used this store: the roots of everything that has to stay.
 *
 * @throws StoreError `unreadable` when the list cannot be read whole, so that nothing is taken for unneeded by mistake.
 */
export async function readWorkspaces(layout: Layout): Promise<readonly string[]> {
  const workspaces: string[] = [];
  for (const name of await list(layout.workspaces)) {
    const path = join(layout.workspaces, name);
    try {
      const { schema, workspace } = JSON.parse(await readFile(path, 'utf8')) as Partial<Registered>;
      if (schema !== 'temper.workspace/1' || typeof workspace !== 'string')
        throw new SyntaxError('other words');
      workspaces.push(workspace);
    } catch (cause) {
      throw new StoreError('unreadable', `${path} does not say which workspace uses the store`, {
        hint: 'run any pipeline once in each of your workspaces after removing this file; they write it anew',
        cause,
      });
    }
  }
  return workspaces;
}

async function list(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).filter((name) => name.endsWith('.json'));
}

async function write(path: string, content: object): Promise<void> {
  await makeFolder(join(path, '..'));
  const draft = `${path}.${uniqueName()}`;
  await writeFile(draft, JSON.stringify(content));
  await rename(draft, path);
}

/** Who wrote a file, when it lives; the file of a dead one is removed. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Holder;
    if (isAlive(holder)) return holder;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  await rm(path, { force: true });
  return undefined;
}
