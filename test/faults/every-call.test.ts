import { cp, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalStore } from '@temper/store';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { Killed, withFault, type Fault } from './file-layer.ts';
import { bringAbout, bringAboutIn, contentOf, serve, sorted } from './store-rig.ts';

/** In memory where there is a place for it: each of hundreds of faults wants a store of its own. */
const temporary = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
let base: string;

/** A store that has the results of steps 1 and 2; step 3 shares a file with them. */
beforeAll(async () => {
  base = await mkdtemp(join(temporary, 'temper-faults-'));
  const store = createLocalStore(join(base, 'first'));
  for (const step of [1, 2]) await bringAbout(store, step);
  await store.settled();
  return () => rm(base, { recursive: true, force: true });
});

async function storeAgain(name: string): Promise<string> {
  const root = join(base, name);
  await rm(root, { recursive: true, force: true });
  await cp(join(base, 'first'), root, { recursive: true, preserveTimestamps: true });
  return root;
}

/** Makes step 3 in a store where one call of the file system goes wrong, and then again where none does. */
async function survive(kinds: 'changing' | 'all', fault: Fault): Promise<boolean> {
  const root = await storeAgain('tried');
  const { calls, error } = await withFault(root, kinds, fault, async () => {
    const store = createLocalStore(root);
    await bringAbout(store, 3);
    await store.settled();
  });
  const told = `${fault.how} at call ${String(fault.at)}: ${messageOf(error)}`;
  if (error !== undefined && fault.how !== 'killed') {
    // A sentence of ours, or one of the system's that says what happened.
    expect(messageOf(error), told).toMatch(/no space left|the disk reported an error|EIO|ENOSPC|damaged/);
  }
  if (fault.how === 'killed' && error !== undefined) expect(error, told).toBeInstanceOf(Killed);

  for (const step of [1, 2]) expect(await serve(root, step), told).toEqual(sorted(contentOf(step)));
  const afterwards = await serve(root, 3);
  if (afterwards !== undefined) expect(afterwards, told).toEqual(sorted(contentOf(3)));

  // Nobody cleans up. The claim of a killed process names a dead one; here it is this very process that lives on.
  await rm(join(root, 'work'), { recursive: true, force: true });
  expect(['made', 'found'], told).toContain(await bringAboutIn(root, 3));
  expect(await serve(root, 3), told).toEqual(sorted(contentOf(3)));
  return calls >= fault.at;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no error';
}

async function everywhere(kinds: 'changing' | 'all', fault: Omit<Fault, 'at'>): Promise<number> {
  for (let at = 1; ; at++) if (!(await survive(kinds, { ...fault, at }))) return at - 1;
}

it.each([
  ['killed at every write, flush, rename and link', 'changing', { how: 'killed' }],
  ['killed in the middle of every write', 'changing', { how: 'killed', torn: true }],
  ['disk full at every call', 'all', { how: 'ENOSPC' }],
  ['I/O error at every call', 'all', { how: 'EIO' }],
] as const)('a store is whole after being %s', async (what, kinds, fault) => {
  onTestFinished(() => rm(join(base, 'tried'), { recursive: true, force: true }));
  const places = await everywhere(kinds, fault);
  console.log(`${what}: ${String(places)} places, no wrong byte, nothing to clean up`);
  expect(places).toBeGreaterThan(15);
});
