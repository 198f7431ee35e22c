import { join } from 'node:path';
import type { Digest, StatCache } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { Store, StoredOutput } from '@temper/store';
import { decide, type Deciding, type Decision, type KnownOutput } from './decide.ts';
import { estimateFrom, readHistory, type History } from './estimate.ts';
import type { Failure, StaleInput } from './failure.ts';
import { identifySteps, type HubResolver, type StepIdentity } from './identity.ts';
import { lockDrift, lockRefusal, type Drift } from './lock.ts';
import { openMemory } from './memory.ts';
import { createNewest } from './newest.ts';
import { resultOutputs, type PlanResult, type PlanStep, type Reason } from './result.ts';
import { selectSteps, type SelectionOptions } from './selection.ts';

/** What planning against a store needs. */
export interface PlanningOptions extends SelectionOptions {
  readonly workspace: string;
  readonly store: Store;
  readonly stats: StatCache;
  readonly resolveHub: HubResolver;
  readonly staleOk?: boolean | undefined;
  readonly onDamage?: ((message: string) => void) | undefined;
  /** Whether what the lock does not hold refuses the run. */
  readonly frozen?: boolean | undefined;
}

/** A plan held against the store. */
export interface Planned {
  readonly plan: PlanResult;
  readonly refusals: readonly Failure[];
  /** One for each step of the plan, also for those that the selection leaves out. */
  readonly decisions: readonly Decision[];
  readonly identities: readonly StepIdentity[];
  /** What the lock of the pipeline says otherwise than it is. */
  readonly drift: readonly Drift[];
}

/** Holds a plan against the store: what would be reused, what would run and why. Runs nothing. */
export async function planAgainstStore(plan: Plan, options: PlanningOptions): Promise<Planned> {
  const deciding = await prepare(plan, options);
  const drift = await lockDrift(plan, deciding.identities);
  const lock = options.frozen === true ? lockRefusal(plan, drift) : undefined;
  const decisions = await foresee(deciding);
  const refusals: Failure[] = lock === undefined ? [] : [lock];
  const steps: PlanStep[] = [];
  const estimates = createEstimates(deciding, decisions);
  for (const [index, step] of plan.steps.entries()) {
    const decision = decisions[index];
    if (decision?.action === 'refuse') refusals.push(staleInput(step, decision));
    if (decision?.action === 'reuse' || decision?.action === 'run' || decision?.action === 'may-run')
      steps.push(await planStep(step, decision, deciding, estimates, options.workspace));
  }
  options.stats.save();
  const { pipeline, configuration } = plan;
  return {
    plan: { schema: 'temper.plan/1', pipeline, configuration, steps },
    refusals,
    decisions,
    identities: deciding.identities,
    drift,
  };
}

/** Decides about every step as far as that is possible before anything runs. */
async function foresee(deciding: Deciding): Promise<readonly Decision[]> {
  const outputs = new Map<string, StoredOutput>();
  const pending = new Set<number>();
  const known: KnownOutput = (step, output) =>
    pending.has(step) ? 'pending' : outputs.get(`${String(step)}.${output}`)?.digest;
  const decisions: Decision[] = [];
  const makers = new Map<string, string>();
  for (const [index, { label }] of deciding.plan.steps.entries()) {
    const decision = afterItsTwin(await decide(index, deciding, known), label, makers);
    decisions.push(decision);
    if (decision.action === 'reuse') {
      for (const [name, output] of Object.entries(decision.stored.manifest.outputs))
        outputs.set(`${String(index)}.${name}`, output);
    } else if (decision.action === 'run' || decision.action === 'may-run' || decision.action === 'wait') {
      pending.add(index);
    }
  }
  return decisions;
}

/** The first step that the selection leaves out, that a step in it reads, and that is known not to be up to date. */
export async function staleRefusal(deciding: Deciding): Promise<StaleInput | undefined> {
  const { plan, selection } = deciding;
  if (!selection.mayRun.includes(false)) return undefined;
  for (const [index, decision] of (await foresee(deciding)).entries()) {
    const step = plan.steps[index];
    if (decision.action === 'refuse' && step !== undefined) return staleInput(step, decision);
  }
  return undefined;
}

/** Of two steps with one key the first runs, and the second is given its result unless the first fails. */
function afterItsTwin(decision: Decision, label: string, makers: Map<string, string>): Decision {
  if (decision.action !== 'run' || decision.fingerprint === undefined) return decision;
  const maker = makers.get(decision.fingerprint);
  makers.set(decision.fingerprint, maker ?? label);
  const isForced = decision.reasons.some(({ code }) => code === 'forced');
  return maker === undefined || isForced ? decision : { action: 'may-run', reasons: [waitsFor(maker)] };
}

/** What deciding about the steps of a plan needs: identities, selection, memory of the last results. */
export async function prepare(plan: Plan, options: PlanningOptions): Promise<Deciding> {
  const selection = selectSteps(plan, options);
  const { store } = options;
  const memory = openMemory(options.workspace, plan);
  return {
    plan,
    identities: await identifySteps(plan, options),
    store,
    memory,
    newest: createNewest(plan, memory, store),
    selection,
    staleOk: options.staleOk === true,
    onDamage({ problem, message, path }) {
      const isAway = problem === 'corrupt' || problem === 'unexpected';
      options.onDamage?.(
        isAway ? `${message}; it was put into quarantine (${path})` : `${message} (${path})`,
      );
    },
    ran: new Set(),
    outdated: new Map(),
  };
}

/** The failure that refusing a step's result amounts to. */
export function staleInput(
  { label, where }: PlannedStep,
  { message, hint }: Extract<Decision, { action: 'refuse' }>,
): StaleInput {
  return { type: 'stale', label, where, message, hint };
}

async function planStep(
  step: PlannedStep,
  decision: Extract<Decision, { action: 'reuse' | 'run' | 'may-run' }>,
  { newest, store }: Deciding,
  estimates: Estimates,
  workspace: string,
): Promise<PlanStep> {
  const before = decision.action === 'reuse' ? decision.stored : await newest(step);
  const { work, estimate } = decision.action === 'reuse' ? {} : await estimates(step, decision);
  return {
    label: step.label,
    stage: step.stage,
    variable: step.variable ?? null,
    action: decision.action,
    reasons: decision.reasons,
    fingerprint: decision.action === 'may-run' ? null : (decision.fingerprint ?? null),
    continues: decision.action === 'run' ? decision.continuing?.text : undefined,
    ...(decision.action === 'reuse' ? {} : needsOf(step)),
    estimateSeconds: estimate?.seconds ?? before?.manifest.made.seconds ?? null,
    work,
    estimate,
    outputs:
      decision.action === 'reuse'
        ? resultOutputs(decision.stored, workspace, ({ digest }) => join(store.location, 'trees', digest))
        : {},
  };
}

type Estimates = (step: PlannedStep, decision: Decision) => Promise<ReturnType<typeof estimateFrom>>;

/** Reads the history of the store when the first step asks for it, and for nothing where none does. */
function createEstimates(deciding: Deciding, decisions: readonly Decision[]): Estimates {
  const { plan, store } = deciding;
  let history: Promise<History> | undefined;
  return async (step, decision) => {
    if (step.definition.work === undefined) return {};
    const inputs: Record<string, readonly Digest[]> = {};
    for (const { step: maker, output, input } of step.wires) {
      const made = decisions[maker];
      const upstream = plan.steps[maker];
      if (upstream === undefined) continue;
      // What has to be made anew first is likely to be about as large as it was.
      const stored = made?.action === 'reuse' ? made.stored : await deciding.newest(upstream);
      const digest = stored?.manifest.outputs[output]?.digest;
      if (digest !== undefined) inputs[input] = [...(inputs[input] ?? []), digest];
    }
    const before = decision.action === 'run' ? decision.continuing?.from?.manifest : undefined;
    return estimateFrom(step, inputs, before, await (history ??= readHistory(store)));
  };
}

/** Of a step that makes the very same: nothing but its result is waited for. */
function waitsFor(label: string): Reason {
  return { code: 'input', path: label, text: `waits for ${label}` };
}

function needsOf({ needs }: PlannedStep): Pick<PlanStep, 'needs'> {
  if (Object.keys(needs).length === 0) return {};
  const { gpu = null, gpuMemory = null, disk = null, download = null } = needs;
  return { needs: { gpu, gpuMemory, disk, download } };
}
