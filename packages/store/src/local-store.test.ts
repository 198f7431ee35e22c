import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fingerprint, sha256, type Ingredients } from '@temper/fingerprint';
import { describe, expect, it, onTestFinished } from 'vitest';
import { self } from './claims.ts';
import { createLocalStore } from './local-store.ts';
import type { Damage, Manifest, Store, Stored } from './store.ts';

interface Rig {
  readonly root: string;
  readonly store: Store;
  /** A job's folder with these files. */
  readonly folder: (files: Readonly<Record<string, string>>) => Promise<string>;
  /** Publishes these files as the output `rows` of a step that only a number tells apart. */
  readonly publish: (step: number, files: Readonly<Record<string, string>>, at?: string) => Promise<Stored>;
}

async function openStore(): Promise<Rig> {
  const base = await mkdtemp(join(tmpdir(), 'temper-store-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const root = join(base, 'store');
  const store = createLocalStore(root);
  onTestFinished(() => store.settled());
  let folders = 0;
  const folder: Rig['folder'] = async (files) => {
    const path = join(base, `job-${String((folders += 1))}`);
    await mkdir(path);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
    return path;
  };
  return {
    root,
    store,
    folder,
    async publish(step, files, at = '2026-01-01T00:00:00.000Z') {
      const rows = await store.ingest(await folder(files), 'rows');
      return store.publish(resultOf(step, { rows }, at));
    },
  };
}

function ingredientsOf(step: number): Ingredients {
  return {
    stage: { name: 'make', version: 1 },
    code: sha256('code'),
    kinds: { rows: { kind: 'rows', check: sha256('check') } },
    environment: null,
    params: { step },
    inputs: {},
    externals: {},
  };
}

const keyOf = (step: number) => fingerprint(ingredientsOf(step));

function resultOf(
  step: number,
  outputs: Manifest['outputs'],
  at: string,
): Omit<Manifest, 'schema' | 'nondeterministic'> {
  return {
    fingerprint: keyOf(step),
    ingredients: ingredientsOf(step),
    outputs,
    made: {
      ...{ at, seconds: 1, run: '1', pipeline: 'p', label: 'make', backend: 'host', attempt: 1 },
      ...{ resumedFrom: null, versions: {}, device: null },
    },
    source: { language: 'typescript', files: [], packages: [] },
    kinds: {},
    environment: null,
  };
}

/** What `find` answers, with the damage it told of. */
async function find(store: Store, step: number) {
  const damage: Damage[] = [];
  const stored = await store.find(keyOf(step), { onDamage: (found) => damage.push(found) });
  return { stored, problems: damage.map(({ problem }) => problem) };
}

const blobOf = (root: string, text: string) =>
  join(root, 'blobs/sha256', sha256(text).slice(0, 2), sha256(text));

describe('publishing and finding', () => {
  it('a result is found whole, with a read-only tree of its bytes', async () => {
    const { store, publish, root } = await openStore();
    expect((await find(store, 1)).stored).toBeUndefined();
    const published = await publish(1, { 'rows.jsonl': '{}\n', 'more/stats.json': '{"rows":1}\n' });
    expect(await find(store, 1)).toEqual({ stored: published, problems: [] });
    const output = published.manifest.outputs['rows']!;
    expect(output).toMatchObject({ kind: 'rows', bytes: 14 });
    const tree = await store.materialise(output);
    expect(await readFile(join(tree, 'more/stats.json'), 'utf8')).toBe('{"rows":1}\n');
    expect((await stat(join(tree, 'rows.jsonl'))).mode & 0o222).toBe(0);
    expect(tree).toBe(join(root, 'trees', output.digest));
  });

  it('equal bytes are kept once, whoever made them', async () => {
    const { publish, root } = await openStore();
    const [first, second] = [await publish(1, { a: 'same' }), await publish(2, { a: 'same' })];
    expect(first.manifest.outputs['rows']?.digest).toBe(second.manifest.outputs['rows']?.digest);
    expect(await readdir(join(root, 'trees'))).toHaveLength(1);
  });

  it('an executable file stays one, and is another artifact than the same bytes without', async () => {
    const { store, folder, publish } = await openStore();
    const plain = await publish(1, { run: '#!/bin/sh\n' });
    const path = await folder({ run: '#!/bin/sh\n' });
    await chmod(join(path, 'run'), 0o755);
    const rows = await store.ingest(path, 'rows');
    await store.publish(resultOf(2, { rows }, '2026-01-01T00:00:00.000Z'));
    expect(rows.digest).not.toBe(plain.manifest.outputs['rows']?.digest);
    expect((await stat(join(await store.materialise(rows), 'run'))).mode & 0o777).toBe(0o555);
  });

  it('the same key with other bytes is kept beside the first; the newest counts, and says so', async () => {
    const { store, publish } = await openStore();
    const first = await publish(1, { a: 'one' });
    const second = await publish(1, { a: 'two' });
    expect([first.manifest.nondeterministic, second.manifest.nondeterministic]).toEqual([false, true]);
    expect((await store.history(keyOf(1))).map(({ name }) => name)).toEqual([first.name, second.name]);
    expect((await find(store, 1)).stored).toEqual(second);
  });

  it('an export is a copy that its owner may change', async () => {
    const { store, publish, root } = await openStore();
    const { manifest } = await publish(1, { 'deep/a': 'bytes' });
    const target = join(root, '../exported');
    await store.export(manifest.outputs['rows']!, target);
    await chmod(join(target, 'deep/a'), 0o644);
    await writeFile(join(target, 'deep/a'), 'changed');
    expect(await readFile(blobOf(root, 'bytes'), 'utf8')).toBe('bytes');
  });
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

  it('a damaged newest result makes way for an older one that is whole', async () => {
    const { store, publish, root } = await openStore();
    const older = await publish(1, { a: 'one' });
    await publish(1, { a: 'two' });
    await rm(blobOf(root, 'two'), { force: true });
    expect((await find(store, 1)).stored).toEqual(older);
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

  it('a job that wrote through its input is found out by stat', async () => {
    const { store, publish, root } = await openStore();
    const { manifest } = await publish(1, { a: 'bytes' });
    await store.settled();
    const output = manifest.outputs['rows']!;
    expect(await store.checkUntouched([output])).toEqual([]);
    const path = join(root, 'trees', output.digest, 'a');
    await chmod(path, 0o644);
    await writeFile(path, 'bytez');
    expect(await store.checkUntouched([output])).not.toEqual([]);
    expect((await find(store, 1)).stored).toBeUndefined();
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
    ['a symbolic link', 'it is a symbolic link', (path: string) => symlink('/etc/hostname', join(path, 'x'))],
    [
      'a named pipe',
      'it is a named pipe',
      (path: string) => Promise.resolve(execFileSync('mkfifo', [join(path, 'x')])),
    ],
    [
      'a control character in a name',
      'control character',
      (path: string) => writeFile(join(path, 'x\ny'), ''),
    ],
    [
      'a name that is not UTF-8',
      'its name is not UTF-8',
      (path: string) => writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff])]), ''),
    ],
    [
      'names that differ only by case',
      'the same file as "A"',
      (path: string) => writeFile(join(path, 'A'), ''),
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
  it('are held by one at a time, and can be had again after their release', async () => {
    const { store } = await openStore();
    const claim = await store.claim(keyOf(1));
    if ('heldBy' in claim) throw new Error('nobody else is here');
    expect(claim.inherited).toBe(false);
    expect(await store.claim(keyOf(1))).toMatchObject({ heldBy: { pid: process.pid } });
    expect(await store.claim(keyOf(2))).toHaveProperty('workFolder');
    await claim.release({ removeWork: true });
    expect(await store.claim(keyOf(1))).toMatchObject({ inherited: false });
  });

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

  it('of many rivals are given to exactly one', async () => {
    const { store } = await openStore();
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(keyOf(1))));
    expect(claims.filter((claim) => !('heldBy' in claim))).toHaveLength(1);
  });
});

describe('collecting garbage', () => {
  it('names what could go and touches nothing until it is told to', async () => {
    const { store, publish, root } = await openStore();
    await publish(1, { a: 'old' }, '2026-01-01T00:00:00.000Z');
    const kept = await publish(2, { a: 'new' }, '2026-01-02T00:00:00.000Z');
    const keep = ({ name }: Stored) => name === kept.name;
    const dry = await store.collect({ keep, maxBytes: 0, apply: false });
    expect(dry.results.map(({ manifest }) => manifest.fingerprint)).toEqual([keyOf(1)]);
    expect(dry.bytes).toBe(3);
    expect((await find(store, 1)).stored).toBeDefined();

    await store.collect({ keep, maxBytes: 0, apply: true });
    expect(await find(store, 1)).toEqual({ stored: undefined, problems: [] });
    expect(await find(store, 2)).toEqual({ stored: kept, problems: [] });
    expect(await readdir(join(root, 'trees'))).toHaveLength(1);
  });

  it('takes results oldest first, and only until the rest fits', async () => {
    const { store, publish } = await openStore();
    for (const day of [1, 2, 3])
      await publish(day, { a: `day ${String(day)}` }, `2026-01-0${String(day)}T00:00:00.000Z`);
    const { results } = await store.collect({ keep: () => false, maxBytes: 10, apply: false });
    expect(results.map(({ manifest }) => manifest.made.at.slice(0, 10))).toEqual(['2026-01-01']);
  });

  it('keeps a blob that a staying result shares with one that goes', async () => {
    const { store, publish } = await openStore();
    await publish(1, { a: 'shared', b: 'alone' }, '2026-01-01T00:00:00.000Z');
    const kept = await publish(2, { a: 'shared' }, '2026-01-02T00:00:00.000Z');
    await store.collect({ keep: ({ name }) => name === kept.name, maxBytes: 0, apply: true });
    expect(await find(store, 2)).toEqual({ stored: kept, problems: [] });
    expect(await store.verify()).toEqual([]);
  });

  it('leaves the work of a live claim alone', async () => {
    const { store } = await openStore();
    const claim = await store.claim(keyOf(1));
    if ('heldBy' in claim) throw new Error('nobody else is here');
    await writeFile(join(claim.workFolder, 'checkpoint'), 'half');
    await store.collect({ keep: () => false, maxBytes: 0, apply: true });
    expect(await readFile(join(claim.workFolder, 'checkpoint'), 'utf8')).toBe('half');
  });
});
