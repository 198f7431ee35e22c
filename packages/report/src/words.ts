/** Seconds as people say them: `0.4 s`, `12 s`, `3m 05s`, `2h 10m`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${String(minutes)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${String(Math.floor(minutes / 60))}h ${String(minutes % 60).padStart(2, '0')}m`;
}

/** Bytes in binary units. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? String(Math.round(value)) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** A figure with as many digits as say something. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(2);
  return size >= 100 ? value.toFixed(1) : value.toFixed(size >= 10 ? 2 : 4);
}

/** A difference, with its sign. */
export function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${figure(Math.abs(value))}`;
}

/** Whether a change is for the better, for the worse, or none. */
export function judge(difference: number, better: 'lower' | 'higher'): 'better' | 'worse' | 'same' {
  if (difference === 0) return 'same';
  return difference < 0 === (better === 'lower') ? 'better' : 'worse';
}
