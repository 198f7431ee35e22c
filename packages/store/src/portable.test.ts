import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256, type Fingerprint } from '@temper/fingerprint';
import { expect, it, onTestFinished } from 'vitest';
import { resultOf } from './conformance/step.ts';
import { createLocalStore } from './local-store.ts';
import { restoreResults, saveResults } from './portable.ts';
import type { Store } from './store.ts';

const budget = { maxBytes: 1e6, maxResultBytes: 1e6 };

interface Rig {
  readonly base: string;
  /** A store in a folder of that name. */
  store(name: string): Store;
  /** Publishes a result of one file; the step's number tells results apart. */
  publish(store: Store, step: number, text: string): Promise<Fingerprint>;
}

async function openRig(): Promise<Rig> {
  const base = await mkdtemp(join(tmpdir(), 'temper-cache-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  return {
    base,
    store(name) {
      const store = createLocalStore(join(base, name));
      onTestFinished(() => store.settled());
      return store;
    },
    async publish(store, step, text) {
      const folder = join(base, `job-${String(step)}`);
      await mkdir(folder);
      await writeFile(join(folder, 'rows.jsonl'), text);
      const outputs = { rows: await store.ingest(folder, 'rows') };
      const stored = await store.publish(resultOf(step, outputs, new Date(step * 1000).toISOString()));
      return stored.manifest.fingerprint;
    },
  };
}

it('what is saved is found in another store after it was restored', async () => {
  const rig = await openRig();
  const [from, to] = [rig.store('from'), rig.store('to')];
  const key = await rig.publish(from, 1, 'one\n');
  expect(await saveResults(from, join(rig.base, 'cache'), budget)).toMatchObject({ results: 1, leftOut: 0 });
  expect(await restoreResults(to, join(rig.base, 'cache'))).toEqual({ results: 1, known: 0, refused: [] });
  const [before, after] = [await from.find(key), await to.find(key)];
  expect(after?.manifest).toEqual(before?.manifest);
  expect(await to.verify()).toEqual([]);
  expect(await restoreResults(to, join(rig.base, 'cache'))).toEqual({ results: 0, known: 1, refused: [] });
});

it('large results stay behind, and of the others the newest find room', async () => {
  const rig = await openRig();
  const from = rig.store('from');
  await rig.publish(from, 1, 'old\n');
  await rig.publish(from, 2, 'weights'.repeat(1000));
  const newest = await rig.publish(from, 3, 'new\n');
  const cache = join(rig.base, 'cache');
  expect(await saveResults(from, cache, { maxBytes: 1e6, maxResultBytes: 100 })).toMatchObject({
    results: 2,
    leftOut: 1,
  });
  const saved = await saveResults(from, cache, { maxBytes: 1200, maxResultBytes: 100 });
  expect(saved).toMatchObject({ results: 1, leftOut: 2 });
  expect(saved.bytes).toBeLessThanOrEqual(1200);
  expect((await readdir(join(cache, 'manifests')))[0]).toContain(newest);
});

it('of a poisoned folder nothing is taken in that is not what it says', async () => {
  const rig = await openRig();
  const from = rig.store('from');
  const cache = join(rig.base, 'cache');
  for (const step of [1, 2, 3, 4]) await rig.publish(from, step, `${String(step)}\n`);
  const sound = await rig.publish(from, 5, 'sound\n');
  await saveResults(from, cache, budget);

  const blob = (text: string): string => join(cache, 'blobs', sha256(text));
  await rm(blob('1\n'), { force: true });
  await rm(blob('2\n'));
  await writeFile(blob('2\n'), '3\n');
  // Manifests that were changed and given the name that they ought to have.
  for (const name of await readdir(join(cache, 'manifests'))) {
    const path = join(cache, 'manifests', name);
    const text = await readFile(path, 'utf8');
    const forge = async (changed: string): Promise<void> => {
      await rm(path);
      const fresh = `${name.slice(0, 64)}-${sha256(changed).slice(0, 16)}.json`;
      await writeFile(join(cache, 'manifests', fresh), changed);
    };
    if (text.includes(sha256('3\n'))) await forge(text.replace('"step":3', '"step":9'));
    if (text.includes(sha256('4\n'))) await forge(text.replaceAll('rows.jsonl', '../../outside'));
  }

  const to = rig.store('to');
  const { results, refused } = await restoreResults(to, cache);
  expect(results).toBe(1);
  expect(refused.map(({ message }) => message.replace(/ENOENT.*/, 'ENOENT')).sort()).toEqual([
    '"../../outside" is no file of an artifact',
    'ENOENT',
    'rows.jsonl has other bytes than its digest says',
    'the manifest belongs to another fingerprint',
  ]);
  expect(await to.find(sound)).toBeDefined();
  expect(await to.verify()).toEqual([]);
});
