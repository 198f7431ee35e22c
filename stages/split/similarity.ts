/**
 * Near duplicates. Two texts are as similar as their sets of character 3-grams (Jaccard). MinHash with bands finds the
 * pairs worth comparing without comparing all (Broder 1997, https://ieeexplore.ieee.org/document/666900; Leskovec,
 * Rajaraman & Ullman, http://www.mmds.org, chapter 3); whether a pair is similar is then counted exactly.
 */

import { createSets } from './sets.ts';

const hashes = 64;
const gramLength = 3;

/**
 * A text is compared with at most so many earlier ones, those first with which it shares the most bands: rows that fill
 * in one form are all candidates of one another, and to compare each of 50,000 with each would take an hour.
 */
const comparedPerText = 256;

/** So many of the newest texts of a bucket are looked at. */
const metPerBucket = 1024;

/** The distinct 3-grams of a text as 32-bit hashes, ascending. A text of fewer characters is one gram. */
export function grams(text: string): Uint32Array {
  const found = new Set<number>();
  const last = Math.max(1, text.length - gramLength + 1);
  for (let start = 0; start < last; start++) found.add(hashOf(text, start, start + gramLength));
  return Uint32Array.from(found).sort();
}

/** Whether what two sets of grams have in common, from 0 to 1, is at least the threshold. */
export function areSimilar(left: Uint32Array, right: Uint32Array, threshold: number): boolean {
  const all = left.length + right.length;
  // More grams than these without a partner, and the rest need not be looked at; the last line decides at the edge.
  const most = (all * (1 - threshold)) / (1 + threshold) + 1;
  let shared = 0;
  let alone = 0;
  if (Math.abs(left.length - right.length) > most) return false;
  for (let at = 0, other = 0; at < left.length && other < right.length;) {
    const difference = (left[at] ?? 0) - (right[other] ?? 0);
    if (difference === 0) shared++;
    else if (++alone > most) return false;
    if (difference <= 0) at++;
    if (difference >= 0) other++;
  }
  return shared / (all - shared) >= threshold;
}

/**
 * Pairs of indices into `texts` that are at least `threshold` similar: enough of them to connect what belongs together.
 * What an earlier text is connected with does not depend on the texts that follow it.
 */
export function* similarPairs(
  texts: readonly string[],
  threshold: number,
): Generator<readonly [number, number]> {
  const sets = texts.map(grams);
  const connected = createSets(texts.length);
  const candidatesOf = createBuckets(texts.length, rowsPerBand(threshold));
  for (const [index, set] of sets.entries()) {
    for (const other of candidatesOf(index, signature(set))) {
      if (connected.find(other) === connected.find(index)) continue;
      if (!areSimilar(sets[other] ?? empty, set, threshold)) continue;
      connected.join(other, index);
      yield [other, index];
    }
  }
}

const empty = new Uint32Array();

/** A function that takes the next text and returns the earlier ones that are worth comparing, the likeliest first. */
function createBuckets(
  size: number,
  rows: number,
): (index: number, minima: Uint32Array) => readonly number[] {
  const bands = hashes / rows;
  // A bucket is a chain of slots, one slot for each text and band, from the newest text on.
  const newest = new Map<number, number>();
  const older = new Int32Array(size * bands).fill(-1);
  /** In how many bands the text has met each earlier one. */
  const met = new Uint8Array(size);
  return (index, minima) => {
    const found: number[] = [];
    for (let band = 0; band < bands; band++) {
      // Buckets that share a key by chance only bring a candidate more.
      let key = band;
      for (let row = 0; row < rows; row++) key = mix(key ^ (minima[band * rows + row] ?? 0));
      let slot = newest.get(key) ?? -1;
      const own = index * bands + band;
      older[own] = slot;
      newest.set(key, own);
      for (let left = metPerBucket; slot >= 0 && left > 0; left--) {
        const other = Math.floor(slot / bands);
        if (met[other] === 0) found.push(other);
        met[other] = (met[other] ?? 0) + 1;
        slot = older[slot] ?? -1;
      }
    }
    const byBands: number[][] = Array.from({ length: bands + 1 }, () => []);
    for (const other of found) {
      byBands[met[other] ?? 0]?.push(other);
      met[other] = 0;
    }
    return byBands.reverse().flat().slice(0, comparedPerText);
  };
}

/**
 * Short enough that a pair at the threshold shares one of the `hashes / rows` bands with a probability of
 * 1 - (1 - threshold^rows)^(hashes / rows) above 0.98 (from a threshold of 0.06 on), long enough to be selective.
 */
function rowsPerBand(threshold: number): number {
  if (threshold >= 0.9) return 8;
  if (threshold >= 0.7) return 4;
  return threshold >= 0.35 ? 2 : 1;
}

/** The smallest value of a set under each of 64 hash functions. */
function signature(set: Uint32Array): Uint32Array {
  const minima = new Uint32Array(hashes).fill(0xffffffff);
  for (const gram of set) {
    let hash = gram;
    for (let index = 0; index < hashes; index++) {
      // A further mixing step for each function: cheap, and independent enough to find candidates.
      hash = mix(hash + index);
      if (hash < (minima[index] ?? 0)) minima[index] = hash;
    }
  }
  return minima;
}

/** FNV-1a over UTF-16 code units: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let index = from; index < Math.min(to, text.length); index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
