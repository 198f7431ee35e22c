/**
 * A look into zod schemas that is narrow on purpose: which keys an object may have, and which option of a union a value
 * belongs to. Schemas come from a pipeline's own context, so `instanceof` says nothing here; `_zod.def` is the
 * documented way for tools: https://zod.dev/library-authors
 */
import type { z } from 'zod';

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly values?: readonly unknown[];
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
}

export type PlainObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object as JSON has them, from whatever context. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def;
}

/** The schema under defaults, optionals and the like. */
function unwrap(schema: z.ZodType): z.ZodType {
  let current = schema;
  for (;;) {
    const definition = definitionOf(current);
    const inner =
      definition.type === 'pipe'
        ? definition.in
        : definition.type === 'lazy'
          ? definition.getter?.()
          : definition.innerType;
    if (inner === undefined) return current;
    current = inner;
  }
}

/** The keys an object schema names, or undefined when the schema is not an object. */
function objectShape(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  const definition = definitionOf(unwrap(schema));
  return definition.type === 'object' ? definition.shape : undefined;
}

/** The options of a union with the key that tells them apart, or undefined. */
export function unionOptions(
  schema: z.ZodType,
): { readonly options: readonly z.ZodType[]; readonly tag: string | undefined } | undefined {
  const definition = definitionOf(unwrap(schema));
  if (definition.type !== 'union' || definition.options === undefined) return undefined;
  return { options: definition.options, tag: definition.discriminator };
}

/** The option of a union that a value is meant for: by its tag, else by the keys it has. */
export function optionFor(schema: z.ZodType, value: PlainObject): z.ZodType | undefined {
  const union = unionOptions(schema);
  if (union === undefined) return undefined;
  if (union.tag !== undefined) {
    const tag = value[union.tag];
    return union.options.find((option) => {
      const literal = objectShape(option)?.[union.tag ?? ''];
      return literal !== undefined && definitionOf(unwrap(literal)).values?.includes(tag) === true;
    });
  }
  const keys = Object.keys(value);
  return union.options.find((option) => {
    const shape = objectShape(option);
    return shape !== undefined && keys.every((key) => Object.hasOwn(shape, key));
  });
}

/** The schema of one key of a value, through unions and records. */
export function propertySchema(schema: z.ZodType, value: PlainObject, key: string): z.ZodType | undefined {
  const shape = objectShape(schema) ?? objectShape(optionFor(schema, value) ?? schema);
  // Own properties only, here and below: `constructor` is a name that every object answers to.
  if (shape !== undefined) return Object.hasOwn(shape, key) ? shape[key] : undefined;
  const definition = definitionOf(unwrap(schema));
  return definition.type === 'record' ? definition.valueType : undefined;
}

/** A key that no schema knows. */
export interface UnknownKey {
  readonly path: readonly (string | number)[];
  readonly known: readonly string[];
}

/** Every key of a value that its schema does not name; zod's plain objects would drop them without a word. */
export function unknownKeys(
  schema: z.ZodType,
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly UnknownKey[] {
  if (Array.isArray(value)) {
    const element = definitionOf(unwrap(schema)).element;
    if (element === undefined) return [];
    return value.flatMap((item, index) => unknownKeys(element, item, [...path, index]));
  }
  if (!isPlainObject(value)) return [];
  const union = unionOptions(schema);
  const option = union === undefined ? schema : optionFor(schema, value);
  if (option === undefined)
    return union === undefined ? [] : unknownInUnion(union.options, union.tag, value, path);
  const shape = objectShape(option);
  const definition = definitionOf(unwrap(option));
  if (shape === undefined) {
    const valueType = definition.type === 'record' ? definition.valueType : undefined;
    if (valueType === undefined) return [];
    return Object.entries(value).flatMap(([key, item]) => unknownKeys(valueType, item, [...path, key]));
  }
  const open = definition.catchall !== undefined && definitionOf(definition.catchall).type !== 'never';
  return Object.entries(value).flatMap(([key, item]) => {
    const property = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (property !== undefined) return unknownKeys(property, item, [...path, key]);
    return open ? [] : [{ path: [...path, key], known: Object.keys(shape) }];
  });
}

/** Of a union no option fits: a key that no option has is the one to name; a wrong tag is left to zod's own message. */
function unknownInUnion(
  options: readonly z.ZodType[],
  tag: string | undefined,
  value: PlainObject,
  path: readonly (string | number)[],
): readonly UnknownKey[] {
  if (tag !== undefined) return [];
  const known = [...new Set(options.flatMap((option) => Object.keys(objectShape(option) ?? {})))];
  return Object.keys(value)
    .filter((key) => known.length > 0 && !known.includes(key))
    .map((key) => ({ path: [...path, key], known }));
}
