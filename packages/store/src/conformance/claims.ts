import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tests } from './index.ts';
import { held } from './rig.ts';
import { keyOf } from './step.ts';

export const claims: Tests = {
  async 'are held by one at a time, and can be had again after their release'({ store }) {
    const claim = held(await store.claim(keyOf(1)));
    expect(claim.inherited).toBe(false);
    expect(await store.claim(keyOf(1))).toMatchObject({ heldBy: { pid: process.pid } });
    expect(await store.claim(keyOf(2))).toHaveProperty('workFolder');
    await claim.release({ removeWork: true });
    expect(await store.claim(keyOf(1))).toMatchObject({ inherited: false });
  },

  async 'leave the work that is wanted again to the next holder'({ store }) {
    const claim = held(await store.claim(keyOf(1)));
    await writeFile(join(claim.workFolder, 'checkpoint'), 'half');
    await claim.release({ removeWork: false });
    const next = held(await store.claim(keyOf(1)));
    expect(next).toMatchObject({ inherited: true, workFolder: claim.workFolder });
  },

  async 'of many rivals are given to exactly one'({ store }) {
    const all = await Promise.all(Array.from({ length: 20 }, () => store.claim(keyOf(1))));
    expect(all.filter((claim) => !('heldBy' in claim))).toHaveLength(1);
  },
};
