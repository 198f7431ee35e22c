import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootId, thisOwner } from '../process/identity.ts';
import { releaseLock, takeLock } from './lock.ts';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a lock that nobody holds is taken, and leaves nothing when it is given back', async () => {
  expect(await takeLock(lock)).toBe(true);
  expect(await readFile(lock, 'utf8')).toBe(await thisOwner());
  await releaseLock(lock);
  expect(await readdir(folder)).toEqual([]);
});

it('a lock of a living process is left to it', async () => {
  expect(await takeLock(lock)).toBe(true);
  expect(await takeLock(lock)).toBe(false);
});

it('a lock of a process that is gone is taken over, by one of many', async () => {
  // The number is in use, but not by a process that started then.
  await writeFile(lock, `${hostname()}:${await bootId()}:${String(process.pid)}:1`);
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeLock(lock)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['lock']);
});

it('a lock of an earlier boot is taken over, one of another machine is not', async () => {
  await writeFile(lock, `${hostname()}:another-boot:1:1`);
  expect(await takeLock(lock)).toBe(true);
  await rm(lock);
  await writeFile(lock, `another-host:${await bootId()}:1:1`);
  expect(await takeLock(lock)).toBe(false);
});

it('a lock that somebody else has taken meanwhile is not given back', async () => {
  await writeFile(lock, 'another-host:boot:1:1');
  await releaseLock(lock);
  expect(existsSync(lock)).toBe(true);
});
