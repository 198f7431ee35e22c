import type { Json } from '../ingredients.ts';
import type { Difference } from './reason.ts';

/** Params that differ, each by its path: `training.learningRate 5e-4 → 1e-4`. */
export function explainParams(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      explainParams(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  const from = show(before);
  const to = show(after);
  if (from === to) return [];
  return [{ code: 'params', path, from, to, text: `${path === '' ? 'params' : path} ${from} → ${to}` }];
}

function show(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  // 5e-4 is how people write it and 0.0005 how JSON does.
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return JSON.stringify(value);
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
