import { misfit, PipelineError, type Place } from '@temper/pipeline';
import type { z } from 'zod';
import { didYouMean } from './nearest.ts';
import { dotted, originOf, type Layered, type Origin } from './overlay.ts';
import { isPlainObject, unknownKeys } from './schema.ts';

/** A step's params after defaults and overlays, with the origin of every value. */
export interface ResolvedParams {
  readonly value: unknown;
  /** Of every leaf, by dotted path. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Parses layered params against their schema.
 *
 * @throws PipelineError at the value's own place: unknown keys first, since a misspelt key is what causes the rest.
 */
export function resolveParams(
  label: string,
  schema: z.ZodType,
  layered: Layered,
  call: Place | undefined,
): ResolvedParams {
  const unknown = unknownKeys(schema, layered.value)[0];
  if (unknown !== undefined) {
    const key = String(unknown.path.at(-1));
    const origin = originOf(layered.origins, unknown.path);
    const nearest = didYouMean(key, unknown.known) ?? `the params here are ${unknown.known.join(', ')}`;
    throw new PipelineError('unknown-param', `${label} has no param \`${dotted(unknown.path)}\``, {
      where: placeOf(origin, call),
      hint: [...setBy(origin), nearest].join('; '),
    });
  }
  const parsed = schema.safeParse(layered.value);
  if (!parsed.success) {
    const issue = mostTelling(parsed.error.issues);
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    const { reason, value, choices } = misfit(issue, layered.value);
    const name = path.length === 0 ? label : `${label}.${dotted(path)}`;
    const origin = originOf(layered.origins, path);
    const hint = [...setBy(origin), didYouMean(String(value), choices)].filter((part) => part !== undefined);
    throw new PipelineError('wrong-param', `${name} ${clash(issue, value) ?? reason}`, {
      where: placeOf(origin, call),
      hint: hint.length === 0 ? undefined : hint.join('; '),
    });
  }
  const value = asJson(parsed.data, label, []);
  const origins = new Map<string, Origin>();
  eachLeaf(value, [], (path) =>
    origins.set(dotted(path), layered.origins.get(dotted(path)) ?? { from: 'default' }),
  );
  return { value, origins };
}

type Issue = z.core.$ZodIssue;

/** Of a union the issues of the option that got furthest say more than the union, unless none got anywhere. */
function mostTelling(issues: readonly Issue[]): Issue {
  const issue = issues[0];
  if (issue === undefined) throw new Error('a failed parse without an issue');
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const deepest = issue.errors
    .filter((option) => option.length > 0)
    .sort((left, right) => depth(right) - depth(left) || left.length - right.length)[0];
  if (deepest === undefined) return issue;
  const inner = mostTelling(deepest);
  if (inner.path.length === 0 && inner.code !== 'unrecognized_keys') return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}

/** Of keys that belong to another option than the rest. What no option knows was refused before. */
function clash(issue: Issue, value: unknown): string | undefined {
  if (issue.code !== 'unrecognized_keys' || !isPlainObject(value)) return undefined;
  const others = Object.keys(value).filter((key) => !issue.keys.includes(key));
  return others.length > 0 ? `takes ${quoted(others)} or ${quoted(issue.keys)}, not both` : undefined;
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `\`${key}\``).join(', ');
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

/** The option that set a value; it has no place in a file. */
function setBy(origin: Origin): readonly string[] {
  return origin.from === 'set' ? [`it was set by \`--set ${origin.text}\``] : [];
}

function placeOf(origin: Origin, call: Place | undefined): Place | undefined {
  if (origin.from === 'configuration') return origin.where;
  if (origin.from === 'pipeline') return origin.where ?? call;
  return origin.from === 'default' ? call : undefined;
}

/** Copies params as JSON; whatever JSON cannot say is refused with its path. */
function asJson(value: unknown, label: string, path: readonly (string | number)[]): unknown {
  const refuse = (what: string): never => {
    throw new PipelineError(
      'param-not-json',
      `${label}${path.length === 0 ? '' : `.${dotted(path)}`} is ${what}, which params cannot hold`,
      {
        hint: 'params are JSON: null, booleans, finite numbers, texts, lists and plain objects',
      },
    );
  };
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) return refuse(String(value));
      return Object.is(value, -0) ? refuse('-0') : value;
    case 'object':
      break;
    default:
      return refuse(`a ${typeof value}`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      item === undefined ? refuse('a list with a hole') : asJson(item, label, [...path, index]),
    );
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind !== 'Object' || !isPlainObject(value)) return refuse(`a ${kind}`);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, asJson(item, label, [...path, key])]),
  );
}

function eachLeaf(
  value: unknown,
  path: readonly (string | number)[],
  visit: (path: readonly (string | number)[]) => void,
): void {
  if (isPlainObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) eachLeaf(item, [...path, key], visit);
  } else visit(path);
}
