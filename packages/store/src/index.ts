/**
 * The one memory of Temper: blobs by digest, manifests by fingerprint. Output folders of jobs come in; results go out,
 * whole and verified or not at all, to any number of processes at once. It knows nothing of stages, plans or backends,
 * and takes for granted that its folder lies on one file system of this machine.
 */
export { isAlive, self } from './claims.ts';
export { StoreError } from './error.ts';
export type { StoreProblem } from './error.ts';
export { createLocalStore } from './local-store.ts';
export { restoreResults, saveResults } from './portable.ts';
export type {
  Claim,
  Collected,
  CollectOptions,
  Damage,
  Holder,
  Manifest,
  Store,
  Stored,
  StoredOutput,
  Visit,
} from './store.ts';
