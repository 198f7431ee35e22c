import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalStore } from '@temper/store';
import { beforeAll, expect, it } from 'vitest';
import { bringAbout, bringAboutIn, contentOf, serve, sorted } from './store-rig.ts';

const steps = [1, 2];
const regions = 8;
let base: string;
let files: readonly string[];

beforeAll(async () => {
  base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'temper-bytes-'));
  const store = createLocalStore(join(base, 'sound'));
  for (const step of steps) await bringAbout(store, step);
  await store.settled();
  const entries = await readdir(join(base, 'sound'), { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(base, 'sound').length + 1))
    .sort();
  return () => rm(base, { recursive: true, force: true });
});

/** A copy with its links as they are, whose looks are known, so that damage has to be noticed by looks. */
async function soundStore(): Promise<string> {
  const root = join(base, 'spoiled');
  await rm(root, { recursive: true, force: true });
  await promisify(execFile)('cp', ['-a', join(base, 'sound'), root]);
  for (const step of steps) expect(await serve(root, step)).toEqual(sorted(contentOf(step)));
  return root;
}

/** Nothing wrong is served, and what is missing can be made again. */
async function expectHonest(root: string, told: string): Promise<void> {
  for (const step of steps) {
    const found = await serve(root, step);
    if (found !== undefined) expect(found, told).toEqual(sorted(contentOf(step)));
    await bringAboutIn(root, step);
    expect(await serve(root, step), told).toEqual(sorted(contentOf(step)));
  }
  const store = createLocalStore(root);
  await store.settled();
  expect(await store.verify(), told).toEqual([]);
}

async function spoilEach(
  what: string,
  ways: (path: string, size: number) => readonly (() => Promise<unknown>)[],
): Promise<void> {
  let cases = 0;
  for (const file of files) {
    const { size } = await lstat(join(base, 'sound', file));
    for (const index of ways('', size).keys()) {
      const root = await soundStore();
      const path = join(root, file);
      await chmod(path, 0o644);
      await ways(path, size)[index]?.();
      await expectHonest(root, `${what} ${String(index)} of ${file}`);
      cases += 1;
    }
  }
  console.log(`${what}: ${String(cases)} places in ${String(files.length)} files, nothing wrong served`);
}

it(
  'a flipped bit in any region of any file is never served',
  () =>
    spoilEach('flipped', (path, size) =>
      Array.from({ length: Math.min(regions, size) }, (_, region) => async () => {
        const bytes = await readFile(path);
        const at = Math.floor((region * size) / Math.min(regions, size));
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        await writeFile(path, bytes, { flag: 'r+' });
      }),
    ),
  300_000,
);

it(
  'a file that was emptied, cut short or made longer is never served',
  () =>
    spoilEach('cut or longer', (path, size) => [
      () => truncate(path, 0),
      () => truncate(path, size >> 1),
      () => truncate(path, size + 512),
    ]),
  300_000,
);

it('files that changed places are never served', async () => {
  for (const [index, one] of files.entries()) {
    const other = files[(index + 1) % files.length] ?? one;
    const root = await soundStore();
    await rename(join(root, one), join(root, 'aside'));
    await rename(join(root, other), join(root, one));
    await rename(join(root, 'aside'), join(root, other));
    await expectHonest(root, `${one} and ${other}`);
  }
  console.log(`swapped: ${String(files.length)} pairs, nothing wrong served`);
}, 300_000);
