import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sha256File, type Fingerprint } from '@temper/fingerprint';
import { claimWork } from './claims.ts';
import { fromFileSystem, StoreError } from './error.ts';
import { cloneFile } from './files.ts';
import { ingestFolder } from './ingest.ts';
import { createLayout } from './layout.ts';
import { allFingerprints, readResults, writeResult } from './results.ts';
import { recordStats } from './stats.ts';
import type { Damage, Manifest, Store, Stored, StoredOutput } from './store.ts';
import { inspect, isolate, makeTree } from './trees.ts';
import { collectGarbage, verifyStore } from './upkeep.ts';

/** A store in a folder of this machine. Made on first use. */
export function createLocalStore(root: string): Store {
  const layout = createLayout(root);
  const settling = new Set<Promise<void>>();

  /** Runs a deed and gives its file system errors our words. */
  const doing = async <Result>(what: string, deed: () => Promise<Result>): Promise<Result> => {
    try {
      return await deed();
    } catch (error) {
      throw fromFileSystem(error, what);
    }
  };

  /** Records stats once the clock has moved past the files' change times, without making anybody wait for it. */
  const settle = (output: StoredOutput): void => {
    const settled = wait(25)
      .then(() => recordStats(layout, output))
      // Without a record the next reader reads the bytes: slower, not wrong. A read-only store ends here.
      .catch(() => undefined)
      .finally(() => settling.delete(settled));
    settling.add(settled);
  };

  /** Whether an artifact is whole; what is not goes to quarantine. */
  const isWhole = async (
    output: StoredOutput,
    affects: readonly Fingerprint[],
    onDamage: (damage: Damage) => void,
  ): Promise<boolean> => {
    const { damage, reread } = await inspect(layout, output);
    if (damage.length === 0) {
      if (reread) settle(output);
      return true;
    }
    for (const found of damage) onDamage({ ...found, affects });
    await isolate(layout, output).catch((error: unknown) => {
      // A read-only store cannot be tidied, and must still not serve what is damaged.
      if (!(fromFileSystem(error, '') instanceof StoreError)) throw error;
    });
    return false;
  };

  return {
    location: root,

    async find(fingerprint, { onDamage = () => undefined } = {}) {
      const results = await doing('looking up a result', () => readResults(layout, fingerprint, onDamage));
      for (const stored of results.toReversed()) {
        let whole = true;
        for (const output of Object.values(stored.manifest.outputs)) {
          whole = (await isWhole(output, [fingerprint], onDamage)) && whole;
        }
        if (whole) return stored;
      }
      return undefined;
    },

    history: (fingerprint) => doing('reading results', () => readResults(layout, fingerprint)),

    async *all() {
      const everything: Stored[] = [];
      for await (const fingerprint of allFingerprints(layout))
        everything.push(...(await readResults(layout, fingerprint)));
      yield* everything.sort((left, right) => (left.manifest.made.at < right.manifest.made.at ? -1 : 1));
    },

    ingest: (folder, kind) =>
      doing('taking an output into the store', () => ingestFolder(layout, folder, kind)),

    publish: (result) =>
      doing('publishing a result', async () => {
        const earlier = await readResults(layout, result.fingerprint);
        const differs = earlier.some(({ manifest }) => !sameOutputs(manifest, result));
        for (const output of Object.values(result.outputs)) {
          // Ingested a moment ago from our own copies, whose bytes were hashed there.
          await makeTree(layout, output, { verified: true });
          settle(output);
        }
        return writeResult(
          layout,
          { schema: 'temper.manifest/1', ...result, nondeterministic: differs },
          earlier,
        );
      }),

    materialise: (output) =>
      doing('making an artifact readable', async () => {
        const tree = await makeTree(layout, output, { verified: false });
        settle(output);
        return tree;
      }),

    export: (output, folder) =>
      doing(`copying to ${folder}`, async () => {
        for (const file of output.files) {
          const path = join(folder, file.path);
          await mkdir(dirname(path), { recursive: true });
          await cloneFile(layout.blob(file.sha256), path);
          if ((await sha256File(path)) !== file.sha256) {
            throw new StoreError(
              'corrupt',
              `${file.path} could not be copied: the store's bytes are not what its digest says`,
              {
                hint: 'run `temper verify`, then run the pipeline again',
              },
            );
          }
        }
      }),

    async checkUntouched(outputs) {
      const damages: Damage[] = [];
      for (const output of outputs) await isWhole(output, [], (damage) => damages.push(damage));
      return damages;
    },

    claim: (fingerprint) => doing('claiming a step', () => claimWork(layout, fingerprint)),

    async settled() {
      await Promise.all(settling);
    },

    verify: ({ onProgress = () => undefined } = {}) => verifyStore(layout, onProgress),

    collect: (options) => doing('collecting garbage', () => collectGarbage(layout, options)),
  };
}

function sameOutputs(left: Pick<Manifest, 'outputs'>, right: Pick<Manifest, 'outputs'>): boolean {
  const names = new Set([...Object.keys(left.outputs), ...Object.keys(right.outputs)]);
  return [...names].every((name) => left.outputs[name]?.digest === right.outputs[name]?.digest);
}
