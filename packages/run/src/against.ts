import type { Fingerprint } from '@temper/fingerprint';
import type { Store } from '@temper/store';
import type { Planned } from './planning.ts';
import { explainDifference } from './reasons.ts';
import type { PlanStep, Reason } from './result.ts';

/**
 * The steps of a plan, each with what differs between it and the result that a past run had of the same label, instead
 * of its newest one. A step that waits for others keeps its reasons: what it will read is not known yet.
 *
 * @param past Fingerprint by label; a label that the run did not have is new.
 */
export async function compareWithPast(
  { plan, decisions, identities, labels }: Planned & { readonly labels: readonly string[] },
  past: ReadonlyMap<string, string | null>,
  store: Store,
): Promise<readonly PlanStep[]> {
  const compare = async (step: PlanStep): Promise<readonly Reason[]> => {
    const index = labels.indexOf(step.label);
    const [decision, identity] = [decisions[index], identities[index]];
    const before = past.get(step.label);
    if (before === undefined || before === null)
      return [{ code: 'first-run', text: 'that run did not make it' }];
    if (before === step.fingerprint || identity === undefined) return [];
    const ingredients =
      decision?.action === 'run'
        ? decision.ingredients
        : decision?.action === 'reuse'
          ? (decision.rekey ?? decision.stored.manifest.ingredients)
          : undefined;
    const stored = (await store.history(before as Fingerprint)).at(-1);
    if (stored === undefined) return [{ code: 'output-missing', text: 'the result of that run is gone' }];
    if (ingredients === undefined) return step.reasons;
    return explainDifference(stored.manifest, { ingredients, identity }, () => undefined);
  };
  return Promise.all(plan.steps.map(async (step) => ({ ...step, reasons: await compare(step) })));
}
