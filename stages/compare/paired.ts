/** A difference of two means over the same rows, with a 95 % bootstrap interval. */
export interface PairedDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

/** One row's contribution to two weighted means. */
export interface Pair {
  readonly before: number;
  readonly after: number;
  /** How much the row counts: its labelled tokens for a loss, 1 for a score. */
  readonly weight: number;
}

/**
 * The paired percentile bootstrap (Efron & Tibshirani 1993, chapter 13): rows are drawn with replacement, and both
 * means are taken over the same draw, so that what is hard about a row cancels out.
 */
export function pairedDifference(
  pairs: readonly Pair[],
  options: { readonly resamples: number; readonly seed: number },
): PairedDifference {
  const random = generator(options.seed);
  const draws: number[] = [];
  for (let sample = 0; sample < options.resamples; sample++) {
    let difference = 0;
    let weight = 0;
    for (const _ of pairs) {
      const pair = pairs[Math.floor(random() * pairs.length)];
      if (pair === undefined) continue;
      difference += pair.after - pair.before;
      weight += pair.weight;
    }
    draws.push(difference / weight);
  }
  draws.sort((left, right) => left - right);
  const at = (share: number): number =>
    draws[Math.min(draws.length - 1, Math.floor(share * draws.length))] ?? 0;
  const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
  return {
    difference: pairs.reduce((sum, { before, after }) => sum + after - before, 0) / total,
    low: at(0.025),
    high: at(0.975),
    rows: pairs.length,
  };
}

/** Mulberry32: small, and the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
