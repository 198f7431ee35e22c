import {
  differsInFormatOnly,
  environmentPackages,
  explain,
  type Difference,
  type ExplainedStep,
  type Ingredients,
} from '@temper/fingerprint';
import type { Manifest } from '@temper/store';
import type { StepIdentity } from './identity.ts';
import type { Reason } from './result.ts';

/** What a manifest keeps of a step's code, so that a later plan can say what differs. */
export function sourceOf(identity: StepIdentity): Pick<Manifest, 'source' | 'kinds' | 'environment'> {
  const { code, kinds, environment } = identity;
  return {
    source: pick(code, ['language', 'files', 'packages', 'raw', 'reader']),
    kinds: Object.fromEntries(
      Object.entries(kinds).map(([output, kind]) => [
        output,
        pick(kind, ['files', 'packages', 'raw', 'reader']),
      ]),
    ),
    // Without the hashes: they are most of a lock, and a changed hash is named by its package as well.
    environment:
      environment === null
        ? null
        : environmentPackages(environment.lockText).map((entry) => ({ ...entry, hashes: [] })),
  };
}

function pick<Value extends object, Key extends keyof Value>(
  value: Value,
  keys: readonly Key[],
): Pick<Value, Key> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<Value, Key>;
}

/** A step as it would be now. */
interface Now {
  readonly ingredients: Ingredients;
  readonly identity: StepIdentity;
}

function bothOf(before: Manifest, now: Now): readonly [ExplainedStep, ExplainedStep] {
  const is = sourceOf(now.identity);
  return [
    {
      ingredients: before.ingredients,
      source: before.source,
      kinds: before.kinds,
      environment: before.environment ?? undefined,
    },
    {
      ingredients: now.ingredients,
      source: is.source,
      kinds: is.kinds,
      environment: is.environment ?? undefined,
    },
  ];
}

/** Whether a result is the one that a step would make, and only our own way to identify steps has changed since. */
export function differsOnlyInFormat(before: Manifest, now: Now): boolean {
  return differsInFormatOnly(...bothOf(before, now));
}

/**
 * What differs between a step's newest result and what it would be now, most telling first.
 *
 * @param because For an input, the step that made it anew in this run; undefined where none did.
 */
export function explainDifference(
  before: Manifest,
  now: Now,
  because: (input: string) => string | undefined,
): readonly Reason[] {
  const differences = explain(...bothOf(before, now));
  if (differences.length === 0) return [{ code: 'output-missing', text: 'its result is gone' }];
  return differences.map((difference) => withCause(difference, because));
}

function withCause(difference: Difference, because: (input: string) => string | undefined): Reason {
  const maker =
    difference.code === 'input' && difference.path !== undefined ? because(difference.path) : undefined;
  return maker === undefined
    ? difference
    : { ...difference, text: `${difference.text} because ${maker} ran` };
}
