import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tests } from './index.ts';
import { find, rowsOf } from './rig.ts';
import { keyOf, resultOf } from './step.ts';

export const publishing: Tests = {
  async 'a result is found whole, with a read-only tree of its bytes'({ store, publish }) {
    expect((await find(store, 1)).stored).toBeUndefined();
    const published = await publish(1, { 'rows.jsonl': '{}\n', 'more/stats.json': '{"rows":1}\n' });
    expect(await find(store, 1)).toEqual({ stored: published, problems: [] });
    const output = rowsOf(published);
    expect(output).toMatchObject({ kind: 'rows', bytes: 14 });
    const tree = await store.materialise(output);
    expect(await readFile(join(tree, 'more/stats.json'), 'utf8')).toBe('{"rows":1}\n');
    expect((await stat(join(tree, 'rows.jsonl'))).mode & 0o222).toBe(0);
  },

  async 'equal bytes are one artifact, whoever made them'({ publish }) {
    const [first, second] = [await publish(1, { a: 'same' }), await publish(2, { a: 'same' })];
    expect(first.manifest.outputs['rows']?.digest).toBe(second.manifest.outputs['rows']?.digest);
  },

  async 'an executable file stays one, and is another artifact than the same bytes without'(rig) {
    const { store, folder, publish } = rig;
    const plain = await publish(1, { run: '#!/bin/sh\n' });
    const path = await folder({ run: '#!/bin/sh\n' });
    await chmod(join(path, 'run'), 0o755);
    const rows = await store.ingest(path, 'rows');
    await store.publish(resultOf(2, { rows }));
    expect(rows.digest).not.toBe(rowsOf(plain).digest);
    expect((await stat(join(await store.materialise(rows), 'run'))).mode & 0o777).toBe(0o555);
  },

  async 'what was taken in and not published is no result'({ store, folder }) {
    await store.ingest(await folder({ a: 'bytes' }), 'rows');
    for await (const stored of store.all()) throw new Error(`${stored.name} was never published`);
  },

  async 'of all results only those are read that mention what is looked for'({ store, publish }) {
    const [, second] = [await publish(1, { a: 'one' }), await publish(2, { a: 'two' })];
    const found: string[] = [];
    for await (const { manifest } of store.all({ mentioning: rowsOf(second).digest }))
      found.push(manifest.fingerprint);
    expect(found).toEqual([keyOf(2)]);
  },

  async 'publishing the same again changes nothing'({ store, publish }) {
    const [first, second] = [await publish(1, { a: 'one' }), await publish(1, { a: 'one' })];
    expect(second.manifest.nondeterministic).toBe(false);
    expect((await find(store, 1)).stored?.manifest.outputs).toEqual(first.manifest.outputs);
  },

  async 'the same key with other bytes is kept beside the first; the newest counts, and says so'(rig) {
    const { store, publish } = rig;
    const first = await publish(1, { a: 'one' });
    const second = await publish(1, { a: 'two' });
    expect([first.manifest.nondeterministic, second.manifest.nondeterministic]).toEqual([false, true]);
    expect((await store.history(keyOf(1))).map(({ name }) => name)).toEqual([first.name, second.name]);
    expect((await find(store, 1)).stored).toEqual(second);
  },

  async 'an export is a copy that its owner may change'({ base, store, publish }) {
    const output = rowsOf(await publish(1, { 'deep/a': 'bytes' }));
    const target = join(base, 'exported');
    await store.export(output, target);
    await chmod(join(target, 'deep/a'), 0o644);
    await writeFile(join(target, 'deep/a'), 'changed');
    expect(await readFile(join(await store.materialise(output), 'deep/a'), 'utf8')).toBe('bytes');
  },
};
