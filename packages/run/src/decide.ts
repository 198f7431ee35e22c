import { fingerprint as derive, type Digest, type Fingerprint, type Ingredients } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { Damage, Store, Stored } from '@temper/store';
import { findContinuing, type Continuing } from './continuation.ts';
import { ingredientsOf, type StepIdentity } from './identity.ts';
import type { Memory } from './memory.ts';
import { explainDifference } from './reasons.ts';
import type { Reason } from './result.ts';
import type { Selection } from './selection.ts';

/** What is known of a step at some moment of a plan or a run. */
export type Decision =
  | {
      readonly action: 'reuse';
      readonly fingerprint: Fingerprint;
      readonly stored: Stored;
      readonly reasons: readonly Reason[];
      readonly stale: boolean;
    }
  | {
      readonly action: 'run';
      readonly fingerprint: Fingerprint | undefined;
      readonly ingredients: Ingredients | undefined;
      readonly reasons: readonly Reason[];
      /** Set when a shorter execution of the step was found. */
      readonly continuing?: Continuing | undefined;
    }
  | { readonly action: 'may-run'; readonly waitsFor: readonly string[] }
  | { readonly action: 'skip' }
  | { readonly action: 'refuse'; readonly message: string; readonly hint: string };

/** What decisions are made of. The same for `plan` and `run`: there is one code path. */
export interface Deciding {
  readonly plan: Plan;
  readonly identities: readonly StepIdentity[];
  readonly store: Store;
  readonly memory: Memory;
  readonly selection: Selection;
  readonly staleOk: boolean;
  readonly onDamage: (damage: Damage) => void;
  /** Labels of the steps that ran in this very run. */
  readonly ran: Set<string>;
}

/** The digest of an output of an earlier step, once it is known. */
export type KnownOutput = (step: number, output: string) => Digest | undefined;

/** Decides about one step from the digests of its inputs. */
export async function decide(index: number, deciding: Deciding, known: KnownOutput): Promise<Decision> {
  const { plan, selection } = deciding;
  const step = plan.steps[index];
  const identity = deciding.identities[index];
  if (step === undefined || identity === undefined) throw new Error(`there is no step ${String(index)}`);
  if (selection.wanted[index] !== true) return { action: 'skip' };
  const inSelection = selection.mayRun[index] === true;

  const inputs: (readonly [string, Digest])[] = [];
  const waitsFor: string[] = [];
  for (const wire of step.wires) {
    const digest = known(wire.step, wire.output);
    if (digest === undefined) waitsFor.push(plan.steps[wire.step]?.label ?? '?');
    else inputs.push([wire.input, digest]);
  }
  if (waitsFor.length > 0) {
    if (inSelection) return { action: 'may-run', waitsFor: [...new Set(waitsFor)] };
    // Outside the selection nothing runs, so the inputs of this step stay unknown and its own result cannot be proved.
    return stale(step, deciding, `what it reads (${[...new Set(waitsFor)].join(', ')}) is not up to date`);
  }

  const ingredients = ingredientsOf(step, identity, inputs);
  if (ingredients === undefined) {
    const reasons: Reason[] = [{ code: 'external', text: 'what it reads from outside is not pinned yet' }];
    return inSelection
      ? { action: 'run', fingerprint: undefined, ingredients, reasons }
      : stale(step, deciding, 'what it reads from outside is not pinned yet');
  }
  const fingerprint = derive(ingredients);
  const damages: Damage[] = [];
  const stored = await deciding.store.find(fingerprint, {
    onDamage: (damage) => {
      damages.push(damage);
      deciding.onDamage(damage);
    },
  });
  if (stored !== undefined && selection.forced[index] !== true) {
    return {
      action: 'reuse',
      fingerprint,
      stored,
      reasons: await keptReasons(step, stored, deciding),
      stale: false,
    };
  }
  const reasons =
    selection.forced[index] === true
      ? [forced]
      : await runReasons(step, identity, ingredients, damages, deciding);
  if (inSelection) {
    // What is forced begins at its beginning: whoever asks for that wants to see it done.
    const continuing =
      selection.forced[index] === true ? undefined : await findContinuing(step, ingredients, deciding.store);
    return { action: 'run', fingerprint, ingredients, reasons, continuing };
  }
  return stale(step, deciding, reasons.map(({ text }) => text).join(', '));
}

const forced: Reason = { code: 'forced', text: 'forced' };

/** An input from outside the selection that is not up to date: refused, or its newest result when that is allowed. */
async function stale(step: PlannedStep, deciding: Deciding, why: string): Promise<Decision> {
  const newest = deciding.staleOk ? await newestResult(step, deciding) : undefined;
  if (newest !== undefined) {
    return {
      action: 'reuse',
      fingerprint: newest.manifest.fingerprint,
      stored: newest,
      reasons: [],
      stale: true,
    };
  }
  return {
    action: 'refuse',
    message: `${step.label} is outside the selection and not up to date: ${why}`,
    hint: deciding.staleOk
      ? 'it has no earlier result; take it into the selection'
      : 'take it into the selection, or allow its newest result with --stale-ok',
  };
}

async function newestResult(step: PlannedStep, deciding: Deciding): Promise<Stored | undefined> {
  const last = deciding.memory.last(step);
  return last === undefined ? undefined : deciding.store.find(last);
}

async function keptReasons(
  step: PlannedStep,
  stored: Stored,
  deciding: Deciding,
): Promise<readonly Reason[]> {
  const reasons: Reason[] = [];
  if (stored.manifest.nondeterministic) {
    reasons.push({
      code: 'nondeterministic-kept',
      text: 'another run of the same step made other bytes; both are kept, the newest is used',
    });
  }
  const { pipeline, label } = stored.manifest.made;
  if (
    pipeline === deciding.plan.pipeline &&
    label !== step.label &&
    !deciding.plan.steps.some((other) => other.label === label)
  ) {
    reasons.push({ code: 'format', path: label, text: `renamed from ${label}` });
  }
  return Promise.resolve(reasons);
}

async function runReasons(
  step: PlannedStep,
  identity: StepIdentity,
  ingredients: Ingredients,
  damages: readonly Damage[],
  deciding: Deciding,
): Promise<readonly Reason[]> {
  const damaged = damages[0];
  if (damaged !== undefined) {
    return [
      {
        code: damaged.problem === 'missing' ? 'output-missing' : 'output-corrupt',
        path: damaged.path,
        text: damaged.message,
      },
    ];
  }
  const last = deciding.memory.last(step);
  const before = last === undefined ? undefined : (await deciding.store.history(last)).at(-1);
  if (before === undefined)
    return [
      {
        code: last === undefined ? 'first-run' : 'output-missing',
        text: last === undefined ? 'first run' : 'its result is gone',
      },
    ];
  return explainDifference(before.manifest, { ingredients, identity }, (input) => {
    const makers = step.wires
      .filter((wire) => wire.input === input)
      .map((wire) => deciding.plan.steps[wire.step]?.label ?? '');
    const ran = makers.filter((label) => deciding.ran.has(label));
    return ran.length === 0 ? undefined : ran.join(' and ');
  });
}
