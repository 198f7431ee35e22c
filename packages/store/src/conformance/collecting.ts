import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Stored } from '../store.ts';
import type { Tests } from './index.ts';
import { find, held } from './rig.ts';
import { keyOf } from './step.ts';

export const collecting: Tests = {
  async 'names what could go and touches nothing until it is told to'({ store, publish }) {
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
  },

  async 'takes results oldest first, and only until the rest fits'({ store, publish }) {
    for (const day of [1, 2, 3])
      await publish(day, { a: `day ${String(day)}` }, `2026-01-0${String(day)}T00:00:00.000Z`);
    const { results } = await store.collect({ keep: () => false, maxBytes: 10, apply: false });
    expect(results.map(({ manifest }) => manifest.made.at.slice(0, 10))).toEqual(['2026-01-01']);
  },

  async 'keeps a blob that a staying result shares with one that goes'({ store, publish }) {
    await publish(1, { a: 'shared', b: 'alone' }, '2026-01-01T00:00:00.000Z');
    const kept = await publish(2, { a: 'shared' }, '2026-01-02T00:00:00.000Z');
    await store.collect({ keep: ({ name }) => name === kept.name, maxBytes: 0, apply: true });
    expect(await find(store, 2)).toEqual({ stored: kept, problems: [] });
    expect(await store.verify()).toEqual([]);
  },

  async 'removes nothing while a run is going on'({ store, publish }) {
    await publish(1, { a: 'old' });
    const visit = await store.enter('/a/workspace');
    const during = await store.collect({ keep: () => false, apply: true });
    expect(during).toMatchObject({ applied: false, heldUpBy: [{ pid: process.pid }] });
    expect((await find(store, 1)).stored).toBeDefined();
    await visit.leave();
    expect(await store.collect({ keep: () => false, apply: true })).toMatchObject({ applied: true });
    expect(await store.workspaces()).toEqual(['/a/workspace']);
  },

  async 'leaves the work of a live claim alone'({ store }) {
    const claim = held(await store.claim(keyOf(1)));
    await writeFile(join(claim.workFolder, 'checkpoint'), 'half');
    await store.collect({ keep: () => false, maxBytes: 0, apply: true });
    expect(await readFile(join(claim.workFolder, 'checkpoint'), 'utf8')).toBe('half');
  },
};
