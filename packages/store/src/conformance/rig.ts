import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Claim, Damage, Holder, Store, Stored, StoredOutput } from '../store.ts';
import { keyOf, resultOf } from './step.ts';

/** A store with what fills it: steps that only a number tells apart, each with one output, `rows`. */
export interface StoreRig {
  /** A folder of the test that is running; the store is below it, as `store`, where it is one of files. */
  readonly base: string;
  readonly store: Store;
  /** A job's folder with these files. */
  readonly folder: (files: Readonly<Record<string, string>>) => Promise<string>;
  readonly publish: (step: number, files: Readonly<Record<string, string>>, at?: string) => Promise<Stored>;
}

/** @param open Opens a new and empty store; what it needs lies below a folder that goes with the test. */
export async function openRig(open: (base: string) => Store | Promise<Store>): Promise<StoreRig> {
  const base = await mkdtemp(join(tmpdir(), 'temper-store-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const store = await open(base);
  onTestFinished(() => store.settled());
  let folders = 0;
  const folder: StoreRig['folder'] = async (files) => {
    const path = join(base, `job-${String((folders += 1))}`);
    await mkdir(path);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
    return path;
  };
  return {
    base,
    store,
    folder,
    async publish(step, files, at = '2026-01-01T00:00:00.000Z') {
      const rows = await store.ingest(await folder(files), 'rows');
      return store.publish(resultOf(step, { rows }, at));
    },
  };
}

/** What `find` answers, with the damage it told of. */
export async function find(
  store: Store,
  step: number,
): Promise<{ readonly stored: Stored | undefined; readonly problems: readonly Damage['problem'][] }> {
  const damage: Damage[] = [];
  const stored = await store.find(keyOf(step), { onDamage: (found) => damage.push(found) });
  return { stored, problems: damage.map(({ problem }) => problem) };
}

/** The one output of a step. */
export function rowsOf({ manifest }: Stored): StoredOutput {
  const { rows } = manifest.outputs;
  if (rows === undefined) throw new Error(`${manifest.fingerprint} has no output \`rows\``);
  return rows;
}

/** A claim that nobody else may have. */
export function held(claim: Claim | { readonly heldBy: Holder }): Claim {
  if ('heldBy' in claim) throw new Error(`process ${String(claim.heldBy.pid)} holds the claim`);
  return claim;
}
