export interface Recipe {
  readonly counts?: readonly number[] | undefined;
  readonly proportions?: readonly number[] | undefined;
  readonly rows?: number | undefined;
}

/**
 * How many rows to take of datasets of these sizes; a sentence when it cannot be.
 * Proportions without a number of rows take as many as the scarcest dataset allows.
 */
export function quotas(sizes: readonly number[], recipe: Recipe): readonly number[] | string {
  const given = recipe.counts ?? recipe.proportions;
  if (given === undefined) return sizes;
  if (given.length !== sizes.length) {
    return `${given.length} numbers are given for ${sizes.length} datasets`;
  }
  const wanted = recipe.counts ?? inProportion(sizes, given, recipe.rows);
  const scarce = wanted.findIndex((count, index) => count > (sizes[index] ?? 0));
  if (scarce >= 0) {
    return `${wanted[scarce] ?? 0} rows are wanted of dataset ${scarce + 1}, which has ${sizes[scarce] ?? 0}`;
  }
  return wanted.some((count) => count > 0) ? wanted : 'no rows are wanted';
}

function inProportion(
  sizes: readonly number[],
  proportions: readonly number[],
  rows: number | undefined,
): readonly number[] {
  const total = proportions.reduce((sum, share) => sum + share, 0);
  if (rows === undefined) {
    const scale = Math.min(...sizes.map((size, index) => size / (proportions[index] ?? 1)));
    // Down, with a hair's breadth for binary fractions: 0.3 of 10 rows is 3.
    return proportions.map((share) => Math.floor(share * scale + 1e-9));
  }
  const exact = proportions.map((share) => (rows * share) / total);
  const whole = exact.map(Math.floor);
  const missing = rows - whole.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share % 1 }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  for (const { index } of byRemainder.slice(0, missing)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}
