/**
 * Near duplicates. Two texts are as similar as their sets of character 3-grams (Jaccard). MinHash with bands finds the
 * pairs worth comparing without comparing all (Broder 1997, https://ieeexplore.ieee.org/document/666900; Leskovec,
 * Rajaraman & Ullman, http://www.mmds.org, chapter 3); whether a pair is similar is then counted exactly.
 */

const hashes = 64;
const gramLength = 3;

/** Of one bucket at most this many texts are compared with each newcomer: what is alike has met in another band. */
const comparedPerBucket = 8;

/** The distinct 3-grams of a text as 32-bit hashes, ascending. A text of fewer characters is one gram. */
export function grams(text: string): Uint32Array {
  const found = new Set<number>();
  const last = Math.max(1, text.length - gramLength + 1);
  for (let start = 0; start < last; start++) found.add(hashOf(text, start, start + gramLength));
  return Uint32Array.from(found).sort();
}

/** How much two sets of grams have in common, from 0 to 1. */
export function similarity(left: Uint32Array, right: Uint32Array): number {
  let shared = 0;
  for (let at = 0, other = 0; at < left.length && other < right.length;) {
    const difference = (left[at] ?? 0) - (right[other] ?? 0);
    if (difference === 0) shared++;
    if (difference <= 0) at++;
    if (difference >= 0) other++;
  }
  return shared / (left.length + right.length - shared);
}

/** Pairs of indices into `texts` that are at least `threshold` similar: enough of them to connect what belongs together. */
export function* similarPairs(
  texts: readonly string[],
  threshold: number,
): Generator<readonly [number, number]> {
  const sets = texts.map(grams);
  const signatures = sets.map(signature);
  const rows = rowsPerBand(threshold);
  for (let band = 0; band < hashes; band += rows) {
    const buckets = new Map<string, number[]>();
    for (const [index, minima] of signatures.entries()) {
      const key = minima.subarray(band, band + rows).join();
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [index]);
        continue;
      }
      for (const other of bucket) {
        if (similarity(sets[other] ?? empty, sets[index] ?? empty) >= threshold) yield [other, index];
      }
      if (bucket.length < comparedPerBucket) bucket.push(index);
    }
  }
}

const empty = new Uint32Array();

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
