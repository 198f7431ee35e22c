/**
 * An exponential moving average with the correction for its beginning (as in Adam, https://arxiv.org/abs/1412.6980,
 * section 3), so that the first values are not drawn towards zero. Gaps stay gaps.
 *
 * @param weight How much of the past stays, from 0 to below 1.
 */
export function smooth(values: readonly (number | null)[], weight: number): readonly (number | null)[] {
  let sum = 0;
  let count = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + value * (1 - weight);
    count += 1;
    return sum / (1 - weight ** count);
  });
}
