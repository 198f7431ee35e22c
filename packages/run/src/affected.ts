import { explain, fingerprint, type Digest } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import { ingredientsOf, type StepIdentity } from './identity.ts';
import { sourceOf } from './reasons.ts';
import type { Reason } from './result.ts';

/** A plan with all that is known of its steps before anything is read or run. */
export interface IdentifiedPlan {
  readonly plan: Plan;
  readonly identities: readonly StepIdentity[];
}

/** A step that is another one than before. */
export interface AffectedStep {
  readonly label: string;
  readonly stage: string;
  /** `downstream`: the step is the same, and what it reads may not be. */
  readonly change: 'changed' | 'downstream' | 'added' | 'removed';
  readonly reasons: readonly Reason[];
}

/**
 * Which steps of a pipeline differ between two states of its sources. No result is needed for that: in the place of the
 * digests that a step will read stand the identities of the steps that make them.
 */
export function affectedSteps(
  before: IdentifiedPlan | undefined,
  after: IdentifiedPlan | undefined,
): readonly AffectedStep[] {
  const [old, now] = [describe(before), describe(after)];
  const affected: AffectedStep[] = [];
  for (const [label, step] of now) {
    const earlier = old.get(label);
    if (earlier === undefined) {
      affected.push({ label, stage: step.step.stage, change: 'added', reasons: [] });
    } else if (earlier.identity !== step.identity) {
      const reasons = explain(earlier.explained, step.explained);
      affected.push({
        label,
        stage: step.step.stage,
        change: reasons.length === 0 ? 'downstream' : 'changed',
        reasons,
      });
    }
  }
  for (const [label, { step }] of old)
    if (!now.has(label)) affected.push({ label, stage: step.stage, change: 'removed', reasons: [] });
  return affected;
}

interface Described {
  readonly step: PlannedStep;
  /** Of the step and of everything before it. */
  readonly identity: string;
  /** Without inputs: what is different of the step itself. */
  readonly explained: Parameters<typeof explain>[0];
}

function describe(identified: IdentifiedPlan | undefined): ReadonlyMap<string, Described> {
  const described = new Map<string, Described>();
  if (identified === undefined) return described;
  const { plan, identities } = identified;
  const digests: Digest[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const identity = identities[index];
    if (identity === undefined) throw new Error(`${step.label} has no identity`);
    // A repository that nobody looked up counts by its name and revision, which are params.
    const known = { ...identity, externals: identity.externals ?? [] };
    const inputs = step.wires.map(
      ({ input, step: from, output }) => [input, `${digests[from] ?? ''}.${output}` as Digest] as const,
    );
    const own = ingredientsOf(step, known, []);
    const whole = ingredientsOf(step, known, inputs);
    if (own === undefined || whole === undefined) throw new Error(`${step.label} has no ingredients`);
    const digest = fingerprint(whole);
    digests.push(digest as string as Digest);
    const { source, kinds, environment } = sourceOf(identity);
    described.set(step.label, {
      step,
      identity: digest,
      explained: { ingredients: own, source, kinds, environment: environment ?? undefined },
    });
  }
  return described;
}
