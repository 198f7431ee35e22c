import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Digest } from '@temper/fingerprint';
import { claimWork } from './claims.ts';
import { fromFileSystem, StoreError } from './error.ts';
import { exportArtifact } from './export.ts';
import { collectGarbage } from './garbage.ts';
import { ingestFolder } from './ingest.ts';
import { createLayout } from './layout.ts';
import { allFingerprints, readResults, writeResult } from './results.ts';
import { racyMilliseconds, recordStats, takeSnapshot, type Fresh, type Snapshot } from './stats.ts';
import type { Damage, Manifest, Store, Stored, StoredOutput } from './store.ts';
import { inspect, isolate, makeTree, type Verified } from './trees.ts';
import { verifyStore } from './verify.ts';
import { enterStore, readWorkspaces } from './visitors.ts';

/**
 * A store in a folder of this machine. Made on first use.
 *
 * @throws StoreError where there is a file in the place of the folder, or of one that it lies in.
 */
export function createLocalStore(root: string): Store {
  refuseFile(root);
  const layout = createLayout(root);
  const settling = new Set<Promise<void>>();
  const published = new Map<Digest, { readonly output: StoredOutput; readonly verified: Snapshot }>();
  /** When the hashing of an artifact began, in milliseconds. */
  const hashedFrom = new Map<Digest, number>();
  const fresh = new Map<Digest, Fresh>();
  const verified: Verified = new Map();

  /** Runs a deed and gives its file system errors our words. */
  const doing = async <Result>(what: string, deed: () => Promise<Result>): Promise<Result> => {
    try {
      return await deed();
    } catch (error) {
      throw fromFileSystem(error, what);
    }
  };

  /** What nobody waits for before the end. */
  const inBackground = (deed: Promise<void>): void => {
    const settled = deed.finally(() => settling.delete(settled));
    settling.add(settled);
  };

  /** Records stats once the clock has moved past the files' change times, without making anybody wait for it. */
  const settle = (output: StoredOutput, snapshot: Snapshot): void => {
    inBackground(
      wait(racyMilliseconds + 5)
        .then(() => recordStats(layout, output, snapshot))
        // Without a record the next reader reads the bytes: slower, not wrong. A read-only store ends here.
        .catch(() => undefined)
        .finally(() => fresh.delete(output.digest)),
    );
  };

  /** What was published is recorded when its job's folder, which has names for the same files, is gone. */
  const settlePublished = (): void => {
    for (const [digest, { output, verified: snapshot }] of published) {
      published.delete(digest);
      settle(output, snapshot);
    }
  };

  /**
   * Whether an artifact can be served. What is damaged goes to quarantine; a damaged tree over sound blobs is made
   * again when somebody wants to read it.
   */
  const isWhole = async (
    output: StoredOutput,
    onDamage: (damage: Omit<Damage, 'affects'>) => void,
  ): Promise<boolean> => {
    const found = await inspect(layout, output, verified, fresh.get(output.digest));
    if (found.blobs.length === 0 && found.tree.length === 0) {
      if (found.reread !== undefined) settle(output, found.reread);
      return true;
    }
    for (const damage of found.blobs.length > 0 ? found.blobs : found.tree) onDamage(damage);
    try {
      await isolate(layout, output, found);
    } catch (error) {
      // A store that cannot be tidied must still not serve what is damaged.
      if (!(fromFileSystem(error, '') instanceof StoreError)) throw error;
      return false;
    }
    return found.blobs.length === 0;
  };

  return {
    location: root,

    async find(fingerprint, { onDamage = () => undefined } = {}) {
      const results = await doing('looking up a result', () => readResults(layout, fingerprint, onDamage));
      for (const stored of results.toReversed()) {
        let whole = true;
        for (const output of Object.values(stored.manifest.outputs)) {
          const isFine = await isWhole(output, (damage) => {
            onDamage({ ...damage, affects: [fingerprint] });
          });
          whole &&= isFine;
        }
        if (whole) return stored;
      }
      return undefined;
    },

    history: (fingerprint) => doing('reading results', () => readResults(layout, fingerprint)),

    async *all({ mentioning } = {}) {
      const everything: Stored[] = [];
      for await (const fingerprint of allFingerprints(layout))
        everything.push(...(await readResults(layout, fingerprint, undefined, { mentioning })));
      yield* everything.sort((left, right) => (left.manifest.made.at < right.manifest.made.at ? -1 : 1));
    },

    ingest: (folder, kind) =>
      doing('taking an output into the store', async () => {
        const began = Date.now();
        const output = await ingestFolder(layout, folder, kind);
        hashedFrom.set(output.digest, began);
        return output;
      }),

    publish: (result) =>
      doing('publishing a result', async () => {
        const earlier = await readResults(layout, result.fingerprint);
        const differs = earlier.some(({ manifest }) => !sameOutputs(manifest, result));
        for (const output of Object.values(result.outputs)) {
          // A tree that is there already may be made of blobs that were damaged since.
          if (existsSync(layout.tree(output.digest)) && !(await isWhole(output, () => undefined)))
            throw new StoreError('corrupt', 'what was taken into the store is damaged already');
          // Ingested a moment ago from our own copies, whose bytes were hashed there.
          await makeTree(layout, output, 'blobs');
          const snapshot = takeSnapshot(layout, output);
          published.set(output.digest, { output, verified: snapshot });
          const began = hashedFrom.get(output.digest);
          if (began !== undefined) fresh.set(output.digest, { snapshot, hashedFrom: began });
        }
        return writeResult(
          layout,
          { schema: 'temper.manifest/1', ...result, nondeterministic: differs },
          earlier,
        );
      }),

    materialise: (output, { found = false } = {}) =>
      doing('making an artifact readable', async () => {
        if (!found) {
          const damages: Omit<Damage, 'affects'>[] = [];
          if (!(await isWhole(output, (damage) => damages.push(damage)))) {
            throw new StoreError('corrupt', damages[0]?.message ?? 'an artifact is damaged', {
              hint: 'run the same command again: the step that made it runs anew',
            });
          }
        }
        const tree = await makeTree(layout, output, verified);
        if (!existsSync(layout.stat(output.digest)) && !published.has(output.digest))
          settle(output, takeSnapshot(layout, output));
        return tree;
      }),

    export: (output, folder) => doing(`copying to ${folder}`, () => exportArtifact(layout, output, folder)),

    async checkUntouched(outputs) {
      const damages: Damage[] = [];
      for (const output of outputs) {
        await isWhole(output, (damage) => damages.push({ ...damage, affects: [] }));
      }
      return damages;
    },

    claim: (fingerprint) =>
      doing('claiming a step', async () => {
        const claim = await claimWork(layout, fingerprint);
        if ('heldBy' in claim) return claim;
        return {
          ...claim,
          async release(options) {
            const { removed } = await doing('releasing a step', () => claim.release(options));
            // What is left of a folder that could not be removed is nobody's any more, and garbage.
            inBackground(removed.catch(() => undefined).then(settlePublished));
          },
        };
      }),

    enter: (workspace) => doing('entering the store', () => enterStore(layout, workspace)),

    workspaces: () => doing('reading the list of workspaces', () => readWorkspaces(layout)),

    async settled() {
      settlePublished();
      // What is settled may leave more to do.
      while (settling.size > 0) await Promise.all(settling);
    },

    verify: ({ onProgress = () => undefined } = {}) => verifyStore(layout, onProgress),

    collect: (options) => doing('collecting garbage', () => collectGarbage(layout, options)),
  };
}

function sameOutputs(left: Pick<Manifest, 'outputs'>, right: Pick<Manifest, 'outputs'>): boolean {
  const names = new Set([...Object.keys(left.outputs), ...Object.keys(right.outputs)]);
  return [...names].every((name) => left.outputs[name]?.digest === right.outputs[name]?.digest);
}

function refuseFile(root: string): void {
  let path = root;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  if (statSync(path).isDirectory()) return;
  throw new StoreError('refused', `the store would lie in ${root}, and ${path} is a file`, {
    hint: 'set TEMPER_STORE to a folder, or to where one may be made',
  });
}
