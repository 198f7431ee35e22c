import { readFileSync } from 'node:fs';
import { chmod, link, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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

it('a name of a blob that comes and goes while it is read is no damage', async () => {
  const { base, store, stored } = await openFresh();
  await store.settled();
  const digest = sha256(large);
  const blob = join(base, 'store/blobs/sha256', digest.slice(0, 2), digest);
  const other = join(base, 'another-name');
  for (let time = 0; time < 10; time++) {
    // Without what was recorded the bytes have to be read.
    await rm(join(base, 'store/stats'), { recursive: true, force: true });
    const reader = createLocalStore(join(base, 'store'));
    const finding = reader.find(keyOf(1));
    for (let name = 0; name < 3; name++) {
      await link(blob, other);
      await setTimeout(2);
      await rm(other);
      await setTimeout(2);
    }
    expect((await finding)?.manifest).toEqual(stored.manifest);
    await reader.settled();
  }
});
