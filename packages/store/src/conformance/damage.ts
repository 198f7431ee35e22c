import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tests } from './index.ts';
import { find, rowsOf } from './rig.ts';
import { keyOf } from './step.ts';

export const damage: Tests = {
  async 'a blob with other bytes is not served, and can be made anew'({ store, publish }, spoil) {
    await publish(1, { a: 'bytes' });
    await store.settled();
    await spoil('bytes', 'flipped');
    expect(await find(store, 1)).toMatchObject({ stored: undefined, problems: ['corrupt'] });
    const again = await publish(1, { a: 'bytes' });
    expect((await find(store, 1)).problems).toEqual([]);
    const tree = await store.materialise(rowsOf(again));
    expect(await readFile(join(tree, 'a'), 'utf8')).toBe('bytes');
  },

  async 'a result whose blob is gone is none, and the next older one that is whole counts'(rig, spoil) {
    const { store, publish } = rig;
    const older = await publish(1, { a: 'one' });
    await publish(1, { a: 'two' });
    await store.settled();
    await spoil('two', 'removed');
    expect((await find(store, 1)).stored).toEqual(older);
  },

  async 'a job that wrote through its input is found out'({ store, publish }) {
    const output = rowsOf(await publish(1, { a: 'bytes' }));
    await store.settled();
    expect(await store.checkUntouched([output])).toEqual([]);
    const path = join(await store.materialise(output), 'a');
    await chmod(path, 0o644);
    await writeFile(path, 'bytez');
    expect(await store.checkUntouched([output])).not.toEqual([]);
    const { stored } = await find(store, 1);
    if (stored !== undefined)
      expect(await readFile(join(await store.materialise(output), 'a'), 'utf8')).toBe('bytes');
  },

  async 'verify lists everything that is wrong and goes on'({ store, publish }, spoil) {
    await publish(1, { a: 'one' });
    await publish(2, { a: 'two' });
    await publish(3, { a: 'three' });
    expect(await store.verify()).toEqual([]);
    await spoil('one', 'flipped');
    await spoil('two', 'removed');
    const found = (await store.verify()).map(({ problem, affects }) => [problem, ...affects] as const);
    expect(found).toContainEqual(['corrupt', keyOf(1)]);
    expect(found).toContainEqual(['missing', keyOf(2)]);
    expect(found.flatMap(([, ...affects]) => affects)).not.toContain(keyOf(3));
  },
};
