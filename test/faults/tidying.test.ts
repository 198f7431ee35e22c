/** Looking after a store while its disk fails: `verify` names all there is, `gc` takes nothing that is needed. */
import { chmod, cp, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@temper/fingerprint';
import { createLocalStore, StoreError, type Stored } from '@temper/store';
import { beforeAll, expect, it, vi } from 'vitest';
import { withFault, type Fault } from './file-layer.ts';
import { bringAbout, bringAboutIn, contentOf, keyOf, serve, sorted } from './store-rig.ts';

const temporary = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
let base: string;
let root: string;

beforeAll(async () => {
  base = await mkdtemp(join(temporary, 'temper-tidying-'));
  root = join(base, 'store');
  const store = createLocalStore(join(base, 'first'));
  for (const step of [1, 2, 3]) await bringAbout(store, step);
  await (await store.enter('/a/workspace')).leave();
  await store.settled();
  return () => rm(base, { recursive: true, force: true });
});

async function storeAgain(): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await cp(join(base, 'first'), root, { recursive: true, preserveTimestamps: true });
}

/** Flips the bits of the blob that only this step has, and tells where it lies. */
async function flipBlobOf(step: number): Promise<string> {
  const digest = sha256(contentOf(step)['more/own.txt'] ?? '');
  const blob = join(root, 'blobs/sha256', digest.slice(0, 2), digest);
  await chmod(blob, 0o644);
  await writeFile(
    blob,
    (await readFile(blob)).map((byte) => byte ^ 1),
  );
  return blob;
}

/** Does something once for each call that can go wrong in it; answers how many there were. */
async function everywhere(attempt: (fault: Fault) => Promise<number>): Promise<number> {
  for (let at = 1; ; at++) if ((await attempt({ at, how: 'EIO' })) < at) return at - 1;
}

it('verify goes on past an I/O error at any call, and still names what is damaged', async () => {
  await storeAgain();
  const blob = await flipBlobOf(1);
  const places = await everywhere(async (fault) => {
    let found: readonly { readonly path: string; readonly message: string }[] = [];
    const { calls, error } = await withFault(root, 'all', fault, async () => {
      found = await createLocalStore(root).verify();
    });
    const told = `call ${String(fault.at)}: ${JSON.stringify(found)}`;
    expect(error, told).toBeUndefined();
    expect(
      found.some(({ path }) => path === blob),
      told,
    ).toBe(true);
    return calls;
  });
  console.log(`verify: an I/O error at ${String(places)} places, each time everything else was looked at`);
  expect(places).toBeGreaterThan(20);
});

it('gc takes nothing that is needed when the disk fails at any call, and ends the work the next time', async () => {
  const keep = ({ manifest }: Stored) => manifest.fingerprint !== keyOf(3);
  const places = await everywhere(async (fault) => {
    await storeAgain();
    const { calls, error } = await withFault(root, 'all', fault, () =>
      createLocalStore(root).collect({ keep, apply: true }),
    );
    const told = `call ${String(fault.at)}: ${String(error)}`;
    if (error !== undefined) expect(error, told).toBeInstanceOf(StoreError);
    for (const step of [1, 2]) expect(await serve(root, step), told).toEqual(sorted(contentOf(step)));
    // This very process lives on, where one that fails would have ended.
    await rm(join(root, 'tidying.json'), { force: true });
    const again = await createLocalStore(root).collect({ keep, apply: true });
    expect(again.applied, told).toBe(true);
    expect(await serve(root, 3), told).toBeUndefined();
    expect(await createLocalStore(root).verify(), told).toEqual([]);
    return calls;
  });
  console.log(`gc: an I/O error at ${String(places)} places, nothing lost, nothing left`);
  expect(places).toBeGreaterThan(20);
});

it('the list of roots is read whole or not at all', async () => {
  await storeAgain();
  const places = await everywhere(async (fault) => {
    const { calls, error } = await withFault(root, 'all', fault, async () => {
      expect(await createLocalStore(root).workspaces()).toEqual(['/a/workspace']);
    });
    if (calls >= fault.at) expect(error).toBeInstanceOf(StoreError);
    return calls;
  });
  expect(places).toBeGreaterThan(1);
});

it('a clock that was set back serves no wrong byte, and reads again what it cannot judge by its times', async () => {
  await storeAgain();
  const lastYear = Date.now() - 365 * 86_400_000;
  vi.useFakeTimers({ toFake: ['Date'], now: lastYear });
  try {
    for (const step of [1, 2, 3]) expect(await serve(root, step)).toEqual(sorted(contentOf(step)));
    await bringAboutIn(root, 4);
    expect(await serve(root, 4)).toEqual(sorted(contentOf(4)));
    // A change that keeps size and modification time, made while the clock tells another year.
    const blob = await flipBlobOf(2);
    await utimes(blob, lastYear / 1000, lastYear / 1000);
    expect(await serve(root, 2)).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
  for (const step of [1, 3, 4]) expect(await serve(root, step)).toEqual(sorted(contentOf(step)));
});
