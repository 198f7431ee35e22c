/**
 * What every store must pass, wherever it keeps its bytes: `describeStore` declares the tests for one. In comes a
 * function that opens an empty store, and one that spoils a blob behind its back; what a store cannot promise is declared
 * beside them, with the reason. It takes for granted that it is called from a vitest file.
 */
import { describe, it } from 'vitest';
import { sha256, type Digest } from '@temper/fingerprint';
import type { Store } from '../store.ts';
import { claims } from './claims.ts';
import { collecting } from './collecting.ts';
import { damage } from './damage.ts';
import { publishing } from './publishing.ts';
import { refusals } from './refusals.ts';
import { openRig, type StoreRig } from './rig.ts';

/** A store to be tested. */
export interface StoreUnderTest {
  readonly name: string;
  /** Opens a new and empty store; what it needs may lie below `base`, which goes with the test. */
  readonly open: (base: string) => Store | Promise<Store>;
  /** Gives a blob other bytes of the same length, or takes it away, as no method of a store would. */
  readonly spoil: (base: string, blob: Digest, how: 'flipped' | 'removed') => Promise<void>;
  /** What this store does not promise. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** Tests of one promise, by their titles. */
export type Tests = Readonly<
  Record<
    string,
    (rig: StoreRig, spoil: (text: string, how: 'flipped' | 'removed') => Promise<void>) => Promise<void>
  >
>;

/** Declares the tests that a store must pass. */
export function describeStore({ name, open, spoil, skip = [] }: StoreUnderTest): void {
  const skipped = new Map(
    skip.flatMap(({ reason, tests }) => tests.map((title) => [title, reason] as const)),
  );
  const groups: Readonly<Record<string, Tests>> = {
    'publishing and finding': publishing,
    damage,
    'what cannot be part of an artifact': refusals,
    claims,
    'collecting garbage': collecting,
  };
  const titles = Object.values(groups).flatMap((tests) => Object.keys(tests));
  const unknown = [...skipped.keys()].filter((title) => !titles.includes(title));
  if (unknown[0] !== undefined) throw new Error(`there is no test “${unknown[0]}” that could be skipped`);
  describe(`the store ${name}`, () => {
    for (const [group, tests] of Object.entries(groups)) {
      describe(group, () => {
        for (const [title, test] of Object.entries(tests)) {
          const reason = skipped.get(title);
          if (reason !== undefined) it.skip(`${title} (${reason})`);
          else
            it(title, async () => {
              const rig = await openRig(open);
              await test(rig, (text, how) => spoil(rig.base, sha256(text), how));
            });
        }
      });
    }
  });
}
