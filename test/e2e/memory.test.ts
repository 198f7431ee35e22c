import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalStore, type Stored } from '@temper/store';
import { expect, it } from 'vitest';
import { useWorkspace, type Ran, type Workspace } from '../rig/workspace/index.ts';

/** A workspace whose next run is answered from memory, and the results of its steps by label. */
async function useRemembered(): Promise<{ workspace: Workspace; results: ReadonlyMap<string, Stored> }> {
  const workspace = await useWorkspace();
  await workspace.run('numbers');
  await workspace.run('numbers');
  expect(isFromMemory(workspace, await workspace.run('numbers'))).toBe(true);
  const results = new Map<string, Stored>();
  for await (const stored of createLocalStore(storeOf(workspace)).all())
    results.set(stored.manifest.made.label, stored);
  return { workspace, results };
}

const storeOf = ({ home }: Workspace): string => join(home, 'store');

const shardOf = (workspace: Workspace, { manifest: { fingerprint } }: Stored): string =>
  join(storeOf(workspace), 'manifests', fingerprint.slice(0, 2));

/** Only a run that looks at each step keeps what it is going to do. */
function isFromMemory(workspace: Workspace, { result }: Ran): boolean {
  return !existsSync(join(workspace.root, '.temper/runs', String(result?.run), 'plan.json'));
}

it('another result of a step counts from the moment it is there', async () => {
  const { workspace, results } = await useRemembered();
  const { manifest } = results.get('describe') as Stored;
  const store = createLocalStore(storeOf(workspace));
  const folder = join(workspace.home, 'other');
  await mkdir(folder);
  await writeFile(join(folder, 'text.txt'), 'other bytes\n');
  const { schema: _, nondeterministic: __, ...made } = manifest;
  const description = await store.ingest(folder, 'text');
  await store.publish({ ...made, outputs: { [Object.keys(made.outputs)[0] ?? '']: description } });
  await store.settled();

  const again = await workspace.run('numbers');
  expect(again).toMatchObject({ code: 0, outcomes: { describe: 'reused' } });
  expect(await workspace.read('output/numbers/default/description/text.txt')).toBe('other bytes\n');
});

it('results of other steps beside those of a run leave what it remembers', async () => {
  const { workspace, results } = await useRemembered();
  // What is published beside a result changes the folder that both are in.
  const now = new Date();
  for (const stored of results.values()) await utimes(shardOf(workspace, stored), now, now);
  expect(isFromMemory(workspace, await workspace.run('numbers'))).toBe(true);
});

it('outputs are shown where they are, also when the folder of an earlier run was deleted', async () => {
  const { workspace } = await useRemembered();
  await workspace.remove('.temper/runs');
  const again = await workspace.run('numbers');
  const paths = again.result?.steps.flatMap(({ outputs }) => Object.values(outputs)) ?? [];
  expect(paths).toHaveLength(5);
  for (const { path } of paths) expect(existsSync(join(workspace.root, path))).toBe(true);
});

it('what `temper verify` finds damaged is put away by the next run', async () => {
  const { workspace, results } = await useRemembered();
  const stored = results.get('scale') as Stored;
  const file = join(shardOf(workspace, stored), stored.manifest.fingerprint, stored.name);
  await chmod(file, 0o644);
  await appendFile(file, ' ');

  const damaged = await workspace.temper(['verify']);
  expect(damaged).toMatchObject({ code: 3 });
  expect(damaged.stdout).toContain('the manifest has other bytes than its name says');
  const mended = await workspace.run('numbers');
  expect(mended).toMatchObject({ code: 0, outcomes: { scale: 'ran', sum: 'reused' } });
  expect(await readdir(join(storeOf(workspace), 'quarantine'))).toHaveLength(1);
  expect(await workspace.temper(['verify'])).toMatchObject({ code: 0 });
});
