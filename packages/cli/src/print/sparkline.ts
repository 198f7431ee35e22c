const bars = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the highest of them full: the whole course, each bar the last number of its share. */
export function sparkline(values: readonly number[], cells = 16): string {
  const shown =
    values.length <= cells
      ? values
      : Array.from(
          { length: cells },
          (_, index) => values[Math.floor(((index + 1) * values.length) / cells) - 1] ?? 0,
        );
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  return shown
    .map((value) => bars[Math.min(bars.length - 1, Math.floor(((value - low) / span) * bars.length))])
    .join('');
}
