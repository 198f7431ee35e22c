import type { Plan, PlannedStep } from '@temper/plan';
import type { Store, Stored } from '@temper/store';
import type { Continuing } from './continuation.ts';
import { decide, nondeterministic, type Deciding, type Decision } from './decide.ts';
import { executeStep, type Executing, type Execution, type ReadyStep } from './execute.ts';
import type { StepIdentity } from './identity.ts';
import { failureOf } from './job-failure.ts';
import type { BoundInput } from './job-request.ts';
import { untouched, type Ledger } from './ledger.ts';
import { staleInput } from './planning.ts';
import { sourceOf } from './reasons.ts';

/** What settling the steps of a run needs. */
export interface Advancing {
  readonly plan: Plan;
  readonly deciding: Deciding;
  readonly ledger: Ledger;
  readonly executing: Executing;
  /** Set when a result was let in that is not up to date. */
  pinned: boolean;
  /** Whether nothing new may begin. */
  readonly stopping: () => boolean;
}

/** Settles one step whose inputs are settled: leaves it out, reuses its result, or executes it. A step that throws has failed. */
export async function advanceStep(index: number, advancing: Advancing): Promise<void> {
  const { plan, ledger } = advancing;
  const step = plan.steps[index];
  if (step === undefined) throw new Error(`there is no step ${String(index)}`);
  if (ledger.results[index] !== undefined) return;
  try {
    await settleStep(index, step, advancing);
  } catch (error) {
    ledger.fail(failureOf(error, step));
    ledger.settle(index, untouched('failed'));
  }
}

async function settleStep(index: number, step: PlannedStep, advancing: Advancing): Promise<void> {
  const { deciding, ledger, executing } = advancing;
  const idle = reasonToRest(step, advancing);
  if (idle !== undefined) {
    ledger.blocked.add(index);
    ledger.settle(index, untouched(idle));
    return;
  }
  const decision = await decide(index, deciding, ledger.known);
  switch (decision.action) {
    case 'may-run':
    case 'wait':
      throw new Error(`${step.label} was decided before its inputs were known`);
    case 'skip':
      ledger.settle(index, untouched('skipped'));
      return;
    case 'refuse':
      ledger.fail(staleInput(step, decision));
      ledger.settle(index, untouched('failed'));
      return;
    case 'reuse': {
      const { fingerprint, reasons, stored, rekey } = decision;
      await materialiseAll(executing.store, stored);
      if (rekey !== undefined) {
        const { schema: _, nondeterministic: __, ...manifest } = stored.manifest;
        const renewed = { ...manifest, fingerprint, ingredients: rekey };
        await executing.store.publish({ ...renewed, ...sourceOf(identityOf(index, advancing)) });
      }
      if (decision.stale !== undefined) {
        advancing.pinned = true;
        const message = `not up to date: ${decision.stale}; its newest result is taken, as \`--stale-ok\` allows`;
        executing.emit({ type: 'warning', label: step.label, code: 'stale', message });
      } else deciding.memory.remember(step, fingerprint);
      ledger.settle(index, { outcome: 'reused', reasons, fingerprint, seconds: 0 }, stored);
      return;
    }
    case 'run':
      await runStep(index, step, decision, advancing);
  }
}

/** Why a step is left alone: the run is stopping, or something it reads could not be made. */
function reasonToRest(
  step: PlannedStep,
  { ledger, executing: { signal }, stopping }: Advancing,
): 'cancelled' | 'skipped' | undefined {
  const before = step.wires.map((wire) => ledger.results[wire.step]?.outcome);
  if (signal.aborted || before.includes('cancelled')) return 'cancelled';
  const isBlocked = before.includes('failed') || step.wires.some((wire) => ledger.blocked.has(wire.step));
  return isBlocked || stopping() ? 'skipped' : undefined;
}

function identityOf(index: number, { deciding }: Advancing): StepIdentity {
  const identity = deciding.identities[index];
  if (identity === undefined) throw new Error(`step ${String(index)} has no identity`);
  return identity;
}

async function runStep(
  index: number,
  step: PlannedStep,
  { fingerprint, ingredients, reasons, continuing }: Extract<Decision, { action: 'run' }>,
  advancing: Advancing,
): Promise<void> {
  const { deciding, ledger, executing } = advancing;
  if (fingerprint === undefined || ingredients === undefined) {
    ledger.fail({
      type: 'surroundings',
      reason: 'not-pinned',
      label: step.label,
      where: step.where,
      message: `${step.label} reads from outside, and what it reads could not be looked up`,
      hint: 'check the network and the repository’s name, and run again',
    });
    ledger.settle(index, { outcome: 'failed', reasons, fingerprint: null, seconds: 0 });
    return;
  }
  const began = performance.now();
  const continues = continuing?.text;
  const { label, stage } = step;
  executing.emit({ type: 'step-started', label, stage, fingerprint, reasons, continues });
  const identity = identityOf(index, advancing);
  const forced = deciding.selection.forced[index] === true;
  const execution = await execute(
    {
      ...{ step, identity, fingerprint, ingredients, forced },
      inputs: [...boundInputs(step, ledger), ...earlierOutputs(continuing)],
    },
    executing,
  );
  const seconds = (performance.now() - began) / 1000;
  const ended = { outcome: execution.outcome, reasons, fingerprint, continues, seconds };
  switch (execution.outcome) {
    case 'failed':
      ledger.fail(execution.failure);
      ledger.settle(index, ended);
      return;
    case 'cancelled':
      ledger.settle(index, ended);
      return;
    case 'ran':
    case 'reused': {
      const differs = execution.outcome === 'ran' && execution.stored.manifest.nondeterministic;
      if (differs) {
        const { text: message } = nondeterministic;
        executing.emit({ type: 'warning', label: step.label, code: 'nondeterministic', message });
      }
      if (execution.outcome === 'ran') deciding.ran.add(step.label);
      deciding.memory.remember(step, fingerprint);
      const told = differs ? { ...ended, reasons: [...reasons, nondeterministic] } : ended;
      ledger.settle(index, told, execution.stored);
    }
  }
}

async function execute(ready: ReadyStep, executing: Executing): Promise<Execution> {
  try {
    return await executeStep(ready, executing);
  } catch (error) {
    return executing.signal.aborted
      ? { outcome: 'cancelled' }
      : { outcome: 'failed', failure: failureOf(error, ready.step) };
  }
}

function boundInputs(step: PlannedStep, ledger: Ledger): readonly BoundInput[] {
  return step.wires.map(({ input, step: from, output: name }) => {
    const output = ledger.output(from, name);
    if (output === undefined) throw new Error(`the input ${input} of ${step.label} is unknown`);
    return { input, output };
  });
}

/** The outputs of the shorter execution that a step goes on from, under names that no input of a stage has. */
function earlierOutputs(continuing: Continuing | undefined): readonly BoundInput[] {
  return Object.entries(continuing?.from?.manifest.outputs ?? {}).map(([name, output]) => ({
    input: `earlier.${name}`,
    output,
  }));
}

async function materialiseAll(store: Store, { manifest }: Stored): Promise<void> {
  for (const output of Object.values(manifest.outputs)) await store.materialise(output, { found: true });
}
