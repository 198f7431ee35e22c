import { readFileSync } from 'node:fs';
import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@temper/fingerprint';
import { expect, it } from 'vitest';
import { openRig, rowsOf } from './conformance/rig.ts';
import { keyOf, resultOf } from './conformance/step.ts';
import { createLocalStore } from './local-store.ts';

const large = 'x'.repeat(8 * 2 ** 20);

/** A store with a result whose file was written a while before it was taken in, as a job's mostly are. */
async function openFresh() {
  const { base, store } = await openRig((at) => createLocalStore(join(at, 'store')));
  const job = join(base, 'job');
  const file = join(job, 'weights');
  await mkdir(job);
  await writeFile(file, large);
  const earlier = new Date(Date.now() - 60_000);
  await utimes(file, earlier, earlier);
  const stored = await store.publish(resultOf(1, { rows: await store.ingest(job, 'rows') }, '2026-01-01'));
  return { base, store, stored };
}

/** Bytes that this process has read so far. */
const bytesRead = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

it.runIf(process.platform === 'linux')(
  'what was hashed on its way in is not read again by the next step',
  async () => {
    const { store, stored } = await openFresh();
    const before = bytesRead();
    expect((await store.find(keyOf(1)))?.manifest).toEqual(stored.manifest);
    await store.materialise(rowsOf(stored));
    expect(await store.checkUntouched([rowsOf(stored)])).toEqual([]);
    expect(bytesRead() - before).toBeLessThan(large.length / 2);
  },
);

it('what is written to right after it was published is not served', async () => {
  const { base, store } = await openFresh();
  const digest = sha256(large);
  const blob = join(base, 'store/blobs/sha256', digest.slice(0, 2), digest);
  await chmod(blob, 0o644);
  await writeFile(blob, large.replace('x', 'y'));
  expect(await store.find(keyOf(1))).toBeUndefined();
});
