import type { z } from 'zod';
import type { Place } from '@temper/pipeline';
import { isPlainObject, optionFor, propertySchema, unionOptions, type PlainObject } from './schema.ts';

/** Where a param's value came from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'pipeline'; readonly where: Place | undefined }
  | { readonly from: 'configuration'; readonly where: Place }
  | { readonly from: 'set'; readonly text: string };

/** Values with the origin of each, by dotted path; an object's own entry is where it was last replaced whole. */
export interface Layered {
  readonly value: unknown;
  readonly origins: ReadonlyMap<string, Origin>;
}

export type OriginAt = (path: readonly (string | number)[]) => Origin;

/** The dotted form of a path; the root is the empty text. */
export function dotted(path: readonly (string | number)[]): string {
  return path.join('.');
}

/** Lays the first values down. */
export function ground(value: unknown, originAt: OriginAt): Layered {
  const origins = new Map<string, Origin>();
  note(value, [], originAt, origins);
  return { value, origins };
}

/**
 * Lays values over others: objects merge, arrays and scalars replace, a union whose option changes is replaced whole,
 * `null` takes the value away, so that the default shows again.
 */
export function overlay(below: Layered, above: unknown, schema: z.ZodType, originAt: OriginAt): Layered {
  const origins = new Map(below.origins);
  const value = merge(below.value, above, schema, []);
  return { value, origins };

  function merge(
    lower: unknown,
    upper: unknown,
    at: z.ZodType | undefined,
    path: readonly (string | number)[],
  ): unknown {
    if (!isPlainObject(upper) || !isPlainObject(lower) || changesOption(at, lower, upper)) {
      forget(path, origins);
      note(upper, path, originAt, origins);
      return isPlainObject(upper) ? withoutNulls(upper, path, origins) : upper;
    }
    const merged: Record<string, unknown> = { ...lower };
    for (const [key, item] of Object.entries(upper)) {
      const inner = [...path, key];
      if (item === null) {
        // Own properties only: a key such as `__proto__` in a file must stay a key.
        Reflect.deleteProperty(merged, key);
        forget(inner, origins);
      } else {
        const property = at === undefined ? undefined : propertySchema(at, { ...lower, ...upper }, key);
        Object.defineProperty(merged, key, {
          value: merge(lower[key], item, property, inner),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
    return merged;
  }
}

function changesOption(schema: z.ZodType | undefined, lower: PlainObject, upper: PlainObject): boolean {
  const union = schema === undefined ? undefined : unionOptions(schema);
  if (schema === undefined || union === undefined) return false;
  if (union.tag !== undefined) return union.tag in upper && upper[union.tag] !== lower[union.tag];
  return optionFor(schema, { ...lower, ...upper }) === undefined;
}

function withoutNulls(
  value: PlainObject,
  path: readonly (string | number)[],
  origins: Map<string, Origin>,
): PlainObject {
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null) forget([...path, key], origins);
    else kept[key] = isPlainObject(item) ? withoutNulls(item, [...path, key], origins) : item;
  }
  return kept;
}

function note(
  value: unknown,
  path: readonly (string | number)[],
  originAt: OriginAt,
  origins: Map<string, Origin>,
): void {
  origins.set(dotted(path), originAt(path));
  if (!isPlainObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) note(item, [...path, key], originAt, origins);
  }
}

function forget(path: readonly (string | number)[], origins: Map<string, Origin>): void {
  const prefix = dotted(path);
  for (const key of origins.keys()) {
    if (key === prefix || key.startsWith(`${prefix}.`)) origins.delete(key);
  }
}

/** The origin of a path: its own, or that of the nearest value around it. */
export function originOf(origins: ReadonlyMap<string, Origin>, path: readonly (string | number)[]): Origin {
  for (let length = path.length; length > 0; length--) {
    const origin = origins.get(dotted(path.slice(0, length)));
    if (origin !== undefined) return origin;
  }
  return { from: 'default' };
}
