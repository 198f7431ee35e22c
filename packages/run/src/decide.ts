import { fingerprint as derive, type Digest, type Fingerprint, type Ingredients } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { Damage, Store, Stored } from '@temper/store';
import { findContinuing, type Continuing } from './continuation.ts';
import { ingredientsOf, type StepIdentity } from './identity.ts';
import type { Memory } from './memory.ts';
import type { Newest } from './newest.ts';
import { differsOnlyInFormat, explainDifference } from './reasons.ts';
import type { Reason } from './result.ts';
import type { Selection } from './selection.ts';

/** What is known of a step at some moment of a plan or a run. */
export type Decision =
  | {
      readonly action: 'reuse';
      readonly fingerprint: Fingerprint;
      readonly stored: Stored;
      readonly reasons: readonly Reason[];
      /** Why it is not up to date, where it is taken all the same. */
      readonly stale: string | undefined;
      /** The result has another key, and nothing but our own format differs: it gets this one as well. */
      readonly rekey?: Ingredients | undefined;
    }
  | {
      readonly action: 'run';
      readonly fingerprint: Fingerprint | undefined;
      readonly ingredients: Ingredients | undefined;
      readonly reasons: readonly Reason[];
      /** Set when a shorter execution of the step was found. */
      readonly continuing?: Continuing | undefined;
    }
  | {
      readonly action: 'may-run';
      /** What it waits for, and after that what is known to differ whatever comes of it. */
      readonly reasons: readonly Reason[];
    }
  /** Outside the selection and waiting for a step inside it: whether it is up to date shows when that has run. */
  | { readonly action: 'wait' }
  /** Nobody asks for it, or it is not up to date and nobody reads it; then with the reason. */
  | { readonly action: 'skip'; readonly why?: string }
  | { readonly action: 'refuse'; readonly message: string; readonly hint: string };

/** What decisions are made of. The same for `plan` and `run`: there is one code path. */
export interface Deciding {
  readonly plan: Plan;
  readonly identities: readonly StepIdentity[];
  readonly store: Store;
  readonly memory: Memory;
  readonly newest: Newest;
  readonly selection: Selection;
  readonly staleOk: boolean;
  readonly onDamage: (damage: Damage) => void;
  /** Labels of the steps that ran in this very run. */
  readonly ran: Set<string>;
  /** By index, why a step that is only traced is not up to date. */
  readonly outdated: Map<number, string>;
}

/** The digest of an output of an earlier step, once it is known; `pending` when a step has to run first. */
export type KnownOutput = (step: number, output: string) => Digest | 'pending' | undefined;

/** Decides about one step from the digests of its inputs. */
export async function decide(index: number, deciding: Deciding, known: KnownOutput): Promise<Decision> {
  const { plan, selection } = deciding;
  const step = plan.steps[index];
  const identity = deciding.identities[index];
  if (step === undefined || identity === undefined) throw new Error(`there is no step ${String(index)}`);
  const wants = selection.wants[index] ?? 'nothing';
  if (wants === 'nothing') return { action: 'skip' };

  const inputs: (readonly [string, Digest])[] = [];
  const waitsFor = new Map<string, Set<number>>();
  const missing = new Set<number>();
  for (const wire of step.wires) {
    const digest = known(wire.step, wire.output);
    if (digest === 'pending')
      waitsFor.set(wire.input, (waitsFor.get(wire.input) ?? new Set()).add(wire.step));
    else if (digest === undefined) missing.add(wire.step);
    else inputs.push([wire.input, digest]);
  }
  if (missing.size > 0) return outside(index, wants, deciding, whyMissing(missing, deciding));
  if (waitsFor.size > 0) {
    if (wants !== 'run') return { action: 'wait' };
    const waiting = [...waitsFor].map(([input, makers]): Reason => {
      const text = `input ${input}: waits for ${labelsOf(makers, plan).join(' and ')}`;
      return { code: 'input', path: input, text };
    });
    const known = await knownSoFar(index, inputs, new Set(waitsFor.keys()), deciding);
    return { action: 'may-run', reasons: [...waiting, ...known] };
  }

  const ingredients = ingredientsOf(step, identity, inputs);
  if (ingredients === undefined) {
    const reasons: Reason[] = [{ code: 'external', text: 'what it reads from outside is not pinned yet' }];
    return wants === 'run'
      ? { action: 'run', fingerprint: undefined, ingredients, reasons }
      : outside(index, wants, deciding, 'what it reads from outside is not pinned yet');
  }
  const fingerprint = derive(ingredients);
  const damages: Damage[] = [];
  const onDamage = (damage: Damage): void => {
    damages.push(damage);
    deciding.onDamage(damage);
  };
  if (selection.forced[index] === true) {
    return { action: 'run', fingerprint, ingredients, reasons: [forced] };
  }
  const stored = await deciding.store.find(fingerprint, { onDamage });
  if (stored !== undefined) {
    const reasons = keptReasons(step, stored, deciding);
    return { action: 'reuse', fingerprint, stored, reasons, stale: undefined };
  }
  const before = damages.length > 0 ? undefined : await deciding.newest(step);
  if (before !== undefined && differsOnlyInFormat(before.manifest, { ingredients, identity })) {
    const kept = await deciding.store.find(before.manifest.fingerprint, { onDamage });
    if (kept?.name === before.name) {
      const text = 'only the way steps are identified has changed; its result was kept';
      const reasons: Reason[] = [{ code: 'format', text }];
      return { action: 'reuse', fingerprint, stored: kept, reasons, stale: undefined, rekey: ingredients };
    }
  }
  const reasons = runReasons(step, identity, ingredients, damages, before, deciding);
  if (wants === 'run') {
    // What is forced never comes here: whoever asks for that wants to see it done from its beginning.
    const continuing = await findContinuing(step, ingredients, deciding.store);
    return { action: 'run', fingerprint, ingredients, reasons, continuing };
  }
  return outside(index, wants, deciding, reasons.map(({ text }) => text).join(', '));
}

/**
 * What differs from the newest result of a step that waits for some of its inputs, as if these would be what they were:
 * nothing, where the step will be reused if they are.
 */
async function knownSoFar(
  index: number,
  inputs: readonly (readonly [string, Digest])[],
  awaited: ReadonlySet<string>,
  deciding: Deciding,
): Promise<readonly Reason[]> {
  const step = deciding.plan.steps[index];
  const identity = deciding.identities[index];
  if (step === undefined || identity === undefined) throw new Error(`there is no step ${String(index)}`);
  if (deciding.selection.forced[index] === true) return [forced];
  const before = await deciding.newest(step);
  if (before === undefined) return [withoutResult(step, deciding)];
  const asBefore = Object.entries(before.manifest.ingredients.inputs).filter(([input]) => awaited.has(input));
  const ingredients = ingredientsOf(step, identity, [
    ...inputs.filter(([input]) => !awaited.has(input)),
    ...asBefore.flatMap(([input, digests]) => digests.map((digest) => [input, digest] as const)),
  ]);
  if (ingredients === undefined || derive(ingredients) === before.manifest.fingerprint) return [];
  const known = runReasons(step, identity, ingredients, [], before, deciding);
  return known.filter(({ code, path }) => code !== 'input' || path === undefined || !awaited.has(path));
}

const forced: Reason = { code: 'forced', text: 'forced' };

function labelsOf(steps: ReadonlySet<number>, plan: Plan): readonly string[] {
  return [...steps].map((index) => plan.steps[index]?.label ?? '?');
}

function whyMissing(missing: ReadonlySet<number>, { plan, outdated }: Deciding): string {
  return [...missing]
    .map((index) => {
      const why = outdated.get(index);
      return `${plan.steps[index]?.label ?? '?'}, which it reads, is not${why === undefined ? '' : `: ${why}`}`;
    })
    .join(', ');
}

/**
 * A step outside the selection that is not up to date. Read by one inside it is refused, unless its newest result may
 * stand in; merely traced it is left alone, and what reads it is not up to date either.
 */
async function outside(
  index: number,
  wants: 'run' | 'read' | 'trace',
  deciding: Deciding,
  why: string,
): Promise<Decision> {
  const step = deciding.plan.steps[index];
  if (step === undefined) throw new Error(`there is no step ${String(index)}`);
  if (wants !== 'read') {
    deciding.outdated.set(index, why);
    return { action: 'skip', why };
  }
  const newest = deciding.staleOk ? await newestResult(step, deciding) : undefined;
  if (newest !== undefined) {
    return {
      action: 'reuse',
      fingerprint: newest.manifest.fingerprint,
      stored: newest,
      reasons: [],
      stale: why,
    };
  }
  const from = [...outdatedFrom(index, deciding)].map((label) => `--from ${label}`).join(' ');
  return {
    action: 'refuse',
    message: `${step.label} is outside the selection and not up to date: ${why}`,
    hint: deciding.staleOk
      ? `it has no earlier result; \`${from}\` makes one`
      : `\`${from}\` runs it as well, and \`--stale-ok\` takes its newest result instead`,
  };
}

/** Where running has to begin for a step to be up to date: at itself, or at what is not up to date before it. */
function outdatedFrom(index: number, deciding: Deciding): ReadonlySet<string> {
  const { wires = [], label = '?' } = deciding.plan.steps[index] ?? {};
  const before = wires.flatMap(({ step }) =>
    deciding.outdated.has(step) ? [...outdatedFrom(step, deciding)] : [],
  );
  return new Set(before.length > 0 ? before : [label]);
}

async function newestResult(step: PlannedStep, deciding: Deciding): Promise<Stored | undefined> {
  const last = deciding.memory.last(step);
  return last === undefined ? undefined : deciding.store.find(last);
}

/** What is worth saying of a result that is used again. */
export const nondeterministic: Reason = {
  code: 'nondeterministic-kept',
  text: 'another run of the same step made other bytes; both are kept, the newest is used',
};

function keptReasons(step: PlannedStep, stored: Stored, { plan }: Deciding): readonly Reason[] {
  const reasons: Reason[] = [];
  if (stored.manifest.nondeterministic) reasons.push(nondeterministic);
  const { pipeline, label } = stored.manifest.made;
  const isRenamed =
    pipeline === plan.pipeline && label !== step.label && !plan.steps.some((other) => other.label === label);
  if (isRenamed) reasons.push({ code: 'format', path: label, text: `renamed from ${label}` });
  return reasons;
}

function runReasons(
  step: PlannedStep,
  identity: StepIdentity,
  ingredients: Ingredients,
  damages: readonly Damage[],
  before: Stored | undefined,
  deciding: Deciding,
): readonly Reason[] {
  const [damaged] = damages;
  if (damaged !== undefined) {
    const code = damaged.problem === 'missing' ? 'output-missing' : 'output-corrupt';
    return [{ code, path: damaged.path, text: damaged.message }];
  }
  if (before === undefined) return [withoutResult(step, deciding)];
  return explainDifference(before.manifest, { ingredients, identity }, (input) => {
    const makers = step.wires
      .filter((wire) => wire.input === input)
      .map((wire) => deciding.plan.steps[wire.step]?.label ?? '');
    const ran = makers.filter((label) => deciding.ran.has(label));
    return ran.length === 0 ? undefined : ran.join(' and ');
  });
}

function withoutResult(step: PlannedStep, { memory }: Deciding): Reason {
  return memory.last(step) === undefined
    ? { code: 'first-run', text: 'first run' }
    : { code: 'output-missing', text: 'its result is gone' };
}
