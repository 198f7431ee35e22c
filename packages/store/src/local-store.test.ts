import { chmod, link, mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { sha256 } from '@temper/fingerprint';
import { describe, expect, it, onTestFinished } from 'vitest';
import { self } from './claims.ts';
import { createLocalStore } from './local-store.ts';
import { describeStore } from './conformance/index.ts';
import { find, openRig, type StoreRig } from './conformance/rig.ts';
import { keyOf } from './conformance/step.ts';
import type { Store } from './store.ts';

interface Rig extends StoreRig {
  readonly root: string;
}

const open = (base: string): Store => createLocalStore(join(base, 'store'));

async function openStore(): Promise<Rig> {
  const rig = await openRig(open);
  return { ...rig, root: join(rig.base, 'store') };
}

const blobOf = (root: string, text: string) =>
  join(root, 'blobs/sha256', sha256(text).slice(0, 2), sha256(text));

describeStore({
  name: 'in a folder',
  open,
  async spoil(base, blob, how) {
    const path = join(base, 'store/blobs/sha256', blob.slice(0, 2), blob);
    if (how === 'removed') return rm(path, { force: true });
    const bytes = await readFile(path);
    await chmod(path, 0o644);
    await writeFile(
      path,
      bytes.map((byte) => byte ^ 1),
    );
  },
});

it.each(['a-file', 'a-file/store'])('a store in the place of a file is refused: %s', async (place) => {
  const { base } = await openStore();
  await writeFile(join(base, 'a-file'), 'a file\n');
  expect(() => createLocalStore(join(base, place))).toThrow(
    `the store would lie in ${join(base, place)}, and ${join(base, 'a-file')} is a file`,
  );
});

it('equal bytes are kept once, whoever made them', async () => {
  const { publish, root } = await openStore();
  const { manifest } = await publish(1, { a: 'same' });
  await publish(2, { a: 'same' });
  expect(await readdir(join(root, 'trees'))).toEqual([manifest.outputs['rows']?.digest]);
});

describe('damage', () => {
  it.each([
    ['flipped', 'corrupt', (path: string) => writeFile(path, 'bytez')],
    ['truncated', 'corrupt', (path: string) => truncate(path, 2)],
    ['emptied, as after a power cut', 'corrupt', (path: string) => truncate(path, 0)],
    ['extended', 'corrupt', (path: string) => writeFile(path, 'bytes and more')],
    ['removed', 'missing', (path: string) => rm(path)],
  ] as const)('a blob that was %s is not served, and goes to quarantine', async (_, problem, spoil) => {
    const { store, publish, root } = await openStore();
    await publish(1, { a: 'bytes' });
    await store.settled();
    const blob = blobOf(root, 'bytes');
    await chmod(blob, 0o644);
    await spoil(blob);
    const { stored, problems } = await find(store, 1);
    expect(stored).toBeUndefined();
    expect(new Set(problems)).toEqual(new Set([problem]));
    expect(await readdir(join(root, 'trees'))).toEqual([]);
    expect(await readdir(join(root, 'quarantine'))).not.toEqual([]);

    await publish(1, { a: 'bytes' });
    expect((await find(store, 1)).problems).toEqual([]);
    expect(await readFile(blob, 'utf8')).toBe('bytes');
  });

  it.each([
    ['other bytes', (text: string) => text.replace('"seconds":1', '"seconds":2')],
    ['half of its bytes', (text: string) => text.slice(0, 40)],
    ['none', () => ''],
  ])('a manifest with %s is put away', async (_, spoil) => {
    const { store, publish, root } = await openStore();
    const { name } = await publish(1, { a: 'bytes' });
    const path = join(root, 'manifests', keyOf(1).slice(0, 2), keyOf(1), name);
    const text = await readFile(path, 'utf8');
    await rm(path);
    await writeFile(path, spoil(text));
    expect(await find(store, 1)).toEqual({ stored: undefined, problems: ['corrupt'] });
    expect(await store.history(keyOf(1))).toEqual([]);
  });

  it('a manifest that lies under another key is not believed', async () => {
    const { store, publish, root } = await openStore();
    const { name } = await publish(1, { a: 'bytes' });
    const from = join(root, 'manifests', keyOf(1).slice(0, 2), keyOf(1), name);
    const to = join(root, 'manifests', keyOf(2).slice(0, 2), keyOf(2), name);
    await mkdir(dirname(to), { recursive: true });
    await link(from, to);
    expect(await find(store, 2)).toEqual({ stored: undefined, problems: ['corrupt'] });
  });

  it('a result made anew does not get the tree of one whose bytes were flipped meanwhile', async () => {
    const { store, publish, root } = await openStore();
    await publish(1, { a: 'bytes' });
    await store.settled();
    await chmod(blobOf(root, 'bytes'), 0o644);
    await writeFile(blobOf(root, 'bytes'), 'bytez');
    const { manifest } = await publish(2, { a: 'bytes' });
    const tree = await store.materialise(manifest.outputs['rows']!, { found: true });
    expect(await readFile(join(tree, 'a'), 'utf8')).toBe('bytes');
  });

  it('verify lists everything that is wrong and goes on', async () => {
    const { store, publish, root } = await openStore();
    await publish(1, { a: 'one' });
    await publish(2, { a: 'two' });
    const third = await publish(3, { a: 'three' });
    expect(await store.verify()).toEqual([]);
    await chmod(blobOf(root, 'one'), 0o644);
    await writeFile(blobOf(root, 'one'), 'eno');
    await rm(blobOf(root, 'two'));
    await writeFile(join(root, 'trees', third.manifest.outputs['rows']!.digest, 'stranger'), '');
    const found = (await store.verify()).map(({ problem, affects }) => [problem, ...affects] as const);
    expect(found).toContainEqual(['corrupt', keyOf(1)]);
    expect(found).toContainEqual(['missing', keyOf(2)]);
    expect(found).toContainEqual(['unexpected', keyOf(3)]);
  });
});

describe('what cannot be part of an artifact is refused by name', () => {
  it.each([
    [
      'a name that is not UTF-8',
      'its name is not UTF-8',
      (path: string) => writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff])]), ''),
    ],
  ])('%s', async (_, why, spoil) => {
    const { store, folder } = await openStore();
    const path = await folder({ a: 'bytes' });
    await spoil(path);
    await expect(store.ingest(path, 'rows')).rejects.toMatchObject({
      problem: 'refused',
      message: expect.stringContaining(why) as string,
    });
  });

  it('a socket', async () => {
    const { store, folder } = await openStore();
    const path = await folder({ a: 'bytes' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(path, 's'), resolve));
    onTestFinished(() => void server.close());
    await expect(store.ingest(path, 'rows')).rejects.toMatchObject({
      message: '"s" cannot be part of an artifact: it is a socket',
    });
  });

  it('a file that somebody else has a name for is copied, so that nobody can write to it', async () => {
    const { store, folder, root } = await openStore();
    const [theirs, ours] = [await folder({ a: 'bytes' }), await folder({})];
    await link(join(theirs, 'a'), join(ours, 'a'));
    await store.ingest(ours, 'rows');
    await writeFile(join(theirs, 'a'), 'bytez');
    expect(await readFile(blobOf(root, 'bytes'), 'utf8')).toBe('bytes');
  });
});

describe('claims', () => {
  it('of a dead owner are taken over, with the work they left', async () => {
    const { store, root } = await openStore();
    const work = join(root, 'work', keyOf(1));
    await mkdir(join(work, 'job'), { recursive: true });
    // The number of this process, started at another time: whoever had it is dead.
    const dead = { ...self(), startTime: '1', id: 'dead', since: '2026-01-01T00:00:00.000Z' };
    await writeFile(join(work, 'claim.json'), JSON.stringify(dead));
    expect(await store.claim(keyOf(1))).toMatchObject({ inherited: true, workFolder: work });
  });

  it('of an owner on another machine are respected while it gives signs of life', async () => {
    const { store, root } = await openStore();
    const work = join(root, 'work', keyOf(1));
    await mkdir(work, { recursive: true });
    const far = {
      ...self(),
      host: 'elsewhere',
      bootId: 'another',
      id: 'far',
      since: '2026-01-01T00:00:00.000Z',
    };
    await writeFile(join(work, 'claim.json'), JSON.stringify(far));
    expect(await store.claim(keyOf(1))).toMatchObject({ heldBy: { host: 'elsewhere' } });
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(work, 'claim.json'), longAgo, longAgo);
    expect(await store.claim(keyOf(1))).toHaveProperty('workFolder');
  });

  it('of a container that is gone are taken over, although its host name is another', async () => {
    const { store, root } = await openStore();
    const work = join(root, 'work', keyOf(1));
    await mkdir(work, { recursive: true });
    const gone = { ...self(), host: '3f2a', startTime: '1', id: 'gone', since: '2026-01-01T00:00:00.000Z' };
    await writeFile(join(work, 'claim.json'), JSON.stringify(gone));
    expect(await store.claim(keyOf(1))).toHaveProperty('workFolder');
  });

  it('that were taken over are no longer held by whoever stood still', async () => {
    const { store, root } = await openStore();
    const claim = await store.claim(keyOf(1));
    if ('heldBy' in claim) throw new Error('nobody else is here');
    const other = { ...self(), id: 'another', since: '2026-01-01T00:00:00.000Z' };
    await writeFile(join(root, 'work', keyOf(1), 'claim.json'), JSON.stringify(other));
    await expect(claim.assertHeld()).rejects.toMatchObject({ problem: 'lost-claim' });
    await claim.release({ removeWork: true });
    expect(await store.claim(keyOf(1))).toHaveProperty('heldBy');
  });
});
