/**
 * What stands beside the ticks of an axis: all with the same number of decimals, as many as tell neighbours apart.
 * Where nothing reaches a hundredth, powers of ten say it shorter.
 *
 * @param ticks Evenly spaced.
 */
export function tickLabels(ticks: readonly number[]): readonly string[] {
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0));
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest < 0.01)
    return ticks.map((tick) => (tick === 0 ? '0' : Number(tick.toPrecision(4)).toExponential()));
  let decimals = 0;
  while (decimals < 6 && Math.abs(Number(step.toFixed(decimals)) - step) > step * 1e-3) decimals += 1;
  return ticks.map((tick) => tick.toFixed(decimals));
}
