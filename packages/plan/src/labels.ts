import { PipelineError, type Place } from '@temper/pipeline';
import { didYouMean } from './nearest.ts';

/** What a step can be called by. */
export interface Named {
  readonly stage: string;
  /** The name given with `as`, else the first variable that holds its result. */
  readonly variable: string | undefined;
  /** Further variables that hold outputs of the same call. */
  readonly aliases: readonly string[];
  readonly where: Place | undefined;
}

/**
 * The shortest unambiguous address of each step: `stage` where the pipeline uses the stage once, `stage:variable`
 * where it uses it more often.
 *
 * @throws PipelineError when two steps of one stage cannot be told apart.
 */
export function labelSteps(steps: readonly Named[]): readonly string[] {
  const uses = new Map<string, number>();
  for (const step of steps) uses.set(step.stage, (uses.get(step.stage) ?? 0) + 1);
  const taken = new Map<string, Named>();
  return steps.map((step) => {
    if (uses.get(step.stage) === 1) return step.stage;
    if (step.variable === undefined) {
      throw new PipelineError(
        'unnamed-step',
        `${step.stage} is used ${String(uses.get(step.stage))} times, and no variable names this use`,
        {
          where: step.where,
          hint: `give it a name: \`${camelCase(step.stage)}(…, { as: 'name' })\``,
        },
      );
    }
    const label = `${step.stage}:${step.variable}`;
    const other = taken.get(label);
    if (other !== undefined) {
      const also = other.where === undefined ? '' : `, as at line ${String(other.where.line)}`;
      throw new PipelineError('ambiguous-step', `two steps are both called \`${label}\`${also}`, {
        where: step.where,
        hint: `tell them apart with \`{ as: … }\` as the last argument`,
      });
    }
    taken.set(label, step);
    return label;
  });
}

/** A step as an address can name it. */
export interface Addressable {
  readonly label: string;
  readonly stage: string;
  readonly variable: string | undefined;
  readonly aliases: readonly string[];
}

/** The steps that an address means: every step of `stage`, or the one of `stage:variable`. Indices in plan order. */
export function stepsAt(address: string, steps: readonly Addressable[]): readonly number[] {
  const separator = address.indexOf(':');
  const stage = separator < 0 ? address : address.slice(0, separator);
  const variable = separator < 0 ? undefined : address.slice(separator + 1);
  const found: number[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.stage !== stage) continue;
    if (variable === undefined || step.variable === variable || step.aliases.includes(variable))
      found.push(index);
  }
  return found;
}

/** Like {@link stepsAt}; an address that names nothing is an error with the nearest one that does. */
export function requireStepsAt(
  address: string,
  steps: readonly Addressable[],
  where?: Place,
): readonly number[] {
  const found = stepsAt(address, steps);
  if (found.length > 0) return found;
  const known = [
    ...new Set(
      steps.flatMap((step) => [
        step.stage,
        step.label,
        ...step.aliases.map((alias) => `${step.stage}:${alias}`),
      ]),
    ),
  ];
  throw new PipelineError('unknown-step', `there is no step \`${address}\` in this pipeline`, {
    where,
    hint: didYouMean(address, known) ?? `its steps are ${steps.map((step) => step.label).join(', ')}`,
  });
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
