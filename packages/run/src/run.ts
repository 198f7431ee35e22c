import { join } from 'node:path';
import type { Backend } from '@temper/backend';
import type { StatCache } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { Store, Stored, StoredOutput } from '@temper/store';
import { createChecker } from './check.ts';
import { decide, type Deciding, type Decision, type KnownOutput } from './decide.ts';
import { executeStep, failureOf, type Execution } from './execute.ts';
import type { EventListener, RunEvent } from './event.ts';
import type { Failure } from './failure.ts';
import { identifySteps, type HubResolver, type StepIdentity, type WheelFetcher } from './identity.ts';
import { openMemory } from './memory.ts';
import { showOutputs } from './outputs.ts';
import type { PlanResult, PlanStep, Reason, ResultOutput, RunResult, StepResult } from './result.ts';
import { createRunFolder } from './run-folder.ts';
import { selectSteps, type SelectionOptions } from './selection.ts';

/** What planning against a store needs. */
export interface PlanningOptions extends SelectionOptions {
  readonly workspace: string;
  readonly store: Store;
  readonly stats: StatCache;
  readonly resolveHub: HubResolver;
  readonly staleOk?: boolean | undefined;
  readonly onDamage?: ((message: string) => void) | undefined;
}

/** What running needs besides. */
export interface RunOptions extends PlanningOptions {
  readonly backends: { readonly host: Backend; readonly python: Backend };
  readonly checkWorker: string;
  readonly fetchWheel: WheelFetcher;
  readonly networkEnvironment: Readonly<Record<string, string>>;
  readonly emit: EventListener;
  readonly signal: AbortSignal;
  /** How many GPUs the backend has to give. */
  readonly gpus: number;
  /** How many steps may run at once. */
  readonly jobs: number;
  readonly keepGoing: boolean;
}

/** A run's result with the failures behind it, first one first. */
export interface Finished {
  readonly result: RunResult;
  readonly failures: readonly Failure[];
  readonly identities: readonly StepIdentity[];
  /** The files of every artifact of the run, by artifact digest. */
  readonly artifacts: ReadonlyMap<string, readonly string[]>;
}

/** Holds a plan against the store: what would be reused, what would run and why. Changes nothing. */
export async function planAgainstStore(
  plan: Plan,
  options: PlanningOptions,
): Promise<{
  plan: PlanResult;
  refusals: readonly Failure[];
  decisions: readonly Decision[];
  identities: readonly StepIdentity[];
}> {
  const { deciding, identities } = await prepare(plan, options);
  const outputs = new Map<string, StoredOutput>();
  const known: KnownOutput = (step, output) => outputs.get(`${String(step)}.${output}`)?.digest;
  const decisions: Decision[] = [];
  const refusals: Failure[] = [];
  const steps: PlanStep[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const decision = await decide(index, deciding, known);
    decisions.push(decision);
    if (decision.action === 'reuse') {
      for (const [name, output] of Object.entries(decision.stored.manifest.outputs))
        outputs.set(`${String(index)}.${name}`, output);
    }
    if (decision.action === 'refuse')
      refusals.push({
        type: 'stale',
        label: step.label,
        where: step.where,
        message: decision.message,
        hint: decision.hint,
      });
    if (decision.action === 'skip' || decision.action === 'refuse') continue;
    const last = deciding.memory.last(step);
    const newest = last === undefined ? undefined : (await deciding.store.history(last)).at(-1);
    steps.push({
      label: step.label,
      stage: step.stage,
      variable: step.variable ?? null,
      action: decision.action,
      reasons:
        decision.action === 'may-run'
          ? decision.waitsFor.map((label): Reason => ({
              code: 'input',
              path: label,
              text: `waits for ${label}`,
            }))
          : decision.reasons,
      fingerprint: decision.action === 'may-run' ? null : (decision.fingerprint ?? null),
      estimateSeconds: newest?.manifest.made.seconds ?? null,
      outputs:
        decision.action === 'reuse'
          ? outputsOf(
              decision.stored,
              (output) => join(options.store.location, 'trees', output.digest),
              options.workspace,
            )
          : {},
    });
  }
  return {
    plan: { schema: 'temper.plan/1', pipeline: plan.pipeline, configuration: plan.configuration, steps },
    refusals,
    decisions,
    identities,
  };
}

/**
 * Brings a pipeline's outputs up to date. Each step is decided when its inputs are known, by the same rule as in a
 * plan; what must run goes to its backend, at most `jobs` at once and one with GPUs. The failure of one step leaves
 * the others' results; aborting cancels what runs, with time to save a checkpoint.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Finished> {
  const startedAt = performance.now();
  const { deciding, identities } = await prepare(plan, options);
  const runFolder = createRunFolder(options.workspace);
  const emit = (event: RunEvent): void => {
    if (event.type !== 'step-log') runFolder.event(event);
    options.emit(event);
  };
  const checker = createChecker({
    script: options.checkWorker,
    cache: join(options.workspace, '.temper', 'index', 'kinds'),
  });
  emit({
    type: 'run-started',
    run: runFolder.number,
    pipeline: plan.pipeline,
    configuration: plan.configuration,
    steps: plan.steps.map(({ label, stage }) => ({ label, stage })),
  });

  const outputs = new Map<string, StoredOutput>();
  const known: KnownOutput = (step, output) => outputs.get(`${String(step)}.${output}`)?.digest;
  const results: (StepResult | undefined)[] = plan.steps.map(() => undefined);
  const failures: Failure[] = [];
  let pinned = false;
  let stopping = false;

  const settle = (
    index: number,
    step: PlannedStep,
    partial: Pick<StepResult, 'outcome' | 'reasons' | 'fingerprint' | 'seconds'>,
    stored?: Stored,
  ): void => {
    const result: StepResult = {
      label: step.label,
      stage: step.stage,
      variable: step.variable ?? null,
      ...partial,
      ...(partial.outcome === 'reused' && stored !== undefined
        ? { savedSeconds: stored.manifest.made.seconds }
        : {}),
      outputs:
        stored === undefined
          ? {}
          : outputsOf(
              stored,
              (output, name) =>
                join(
                  options.workspace,
                  runFolder.link(step.label, name, join(options.store.location, 'trees', output.digest)),
                ),
              options.workspace,
            ),
    };
    results[index] = result;
    if (stored !== undefined) {
      for (const [name, output] of Object.entries(stored.manifest.outputs))
        outputs.set(`${String(index)}.${name}`, output);
    }
    emit({ type: 'step-ended', step: result });
  };
  const fail = (failure: Failure): void => {
    failures.push(failure);
    if (!options.keepGoing) stopping = true;
    emit({ type: 'failure', failure });
  };

  /** One step, from decision to result. */
  const advance = async (index: number, step: PlannedStep, identity: StepIdentity): Promise<void> => {
    const decision = await decide(index, deciding, known);
    switch (decision.action) {
      case 'skip':
        settle(index, step, { outcome: 'skipped', reasons: [], fingerprint: null, seconds: 0 });
        return;
      case 'refuse':
        fail({
          type: 'stale',
          label: step.label,
          where: step.where,
          message: decision.message,
          hint: decision.hint,
        });
        settle(index, step, { outcome: 'failed', reasons: [], fingerprint: null, seconds: 0 });
        return;
      case 'may-run':
        throw new Error(`${step.label} was decided before its inputs were known`);
      case 'reuse': {
        await materialiseAll(options.store, decision.stored);
        pinned ||= decision.stale;
        if (!decision.stale) deciding.memory.remember(step, decision.fingerprint);
        settle(
          index,
          step,
          { outcome: 'reused', reasons: decision.reasons, fingerprint: decision.fingerprint, seconds: 0 },
          decision.stored,
        );
        return;
      }
      case 'run':
    }
    const { fingerprint, ingredients } = decision;
    if (fingerprint === undefined || ingredients === undefined) {
      fail({
        type: 'surroundings',
        reason: 'not-pinned',
        label: step.label,
        where: step.where,
        message: `${step.label} reads from outside, and what it reads could not be looked up`,
        hint: 'check the network and the repository’s name, and run again',
      });
      settle(index, step, { outcome: 'failed', reasons: decision.reasons, fingerprint: null, seconds: 0 });
      return;
    }
    const began = performance.now();
    emit({ type: 'step-started', label: step.label, stage: step.stage, reasons: decision.reasons });
    let execution: Execution;
    try {
      const inputs = step.wires.map((wire) => {
        const output = outputs.get(`${String(wire.step)}.${wire.output}`);
        if (output === undefined) throw new Error(`the input ${wire.input} of ${step.label} is unknown`);
        return { input: wire.input, output };
      });
      execution = await executeStep(
        step,
        identity,
        { fingerprint, ingredients, inputs, forced: deciding.selection.forced[index] === true },
        {
          workspace: options.workspace,
          pipeline: plan.pipeline,
          store: options.store,
          backendFor: ({ implementation }) =>
            implementation.type === 'host' ? options.backends.host : options.backends.python,
          checker,
          runFolder,
          emit,
          signal: options.signal,
          fetchWheel: options.fetchWheel,
          gpus: options.gpus,
          networkEnvironment: options.networkEnvironment,
        },
      );
    } catch (error) {
      execution = options.signal.aborted
        ? { outcome: 'cancelled' }
        : { outcome: 'failed', failure: failureOf(error, step) };
    }
    const seconds = (performance.now() - began) / 1000;
    const common = { reasons: decision.reasons, fingerprint, seconds };
    if (execution.outcome === 'failed') {
      fail(execution.failure);
      settle(index, step, { outcome: 'failed', ...common });
    } else if (execution.outcome === 'cancelled') settle(index, step, { outcome: 'cancelled', ...common });
    else {
      deciding.memory.remember(step, fingerprint);
      if (execution.outcome === 'ran') deciding.ran.add(step.label);
      settle(index, step, { outcome: execution.outcome, ...common }, execution.stored);
    }
  };

  const running = new Map<number, Promise<void>>();
  let gpuBusy = false;
  const start = (): void => {
    for (const [index, step] of plan.steps.entries()) {
      if (running.size >= options.jobs) return;
      if (results[index] !== undefined || running.has(index)) continue;
      const inputs = step.wires.map((wire) => results[wire.step]);
      if (inputs.some((input) => input === undefined)) continue;
      const missing = step.wires.some((wire) => known(wire.step, wire.output) === undefined);
      if (
        stopping ||
        options.signal.aborted ||
        (missing && deciding.selection.wanted[index] === true && deciding.selection.mayRun[index] === true)
      ) {
        const cancelled = options.signal.aborted || inputs.some((input) => input?.outcome === 'cancelled');
        settle(index, step, {
          outcome: cancelled ? 'cancelled' : 'skipped',
          reasons: [],
          fingerprint: null,
          seconds: 0,
        });
        continue;
      }
      const identity = identities[index];
      if (identity === undefined) throw new Error(`step ${String(index)} has no identity`);
      const wantsGpu = step.implementation.type === 'python' && step.implementation.gpus > 0;
      if (wantsGpu && gpuBusy) continue;
      gpuBusy ||= wantsGpu;
      running.set(
        index,
        advance(index, step, identity).finally(() => {
          running.delete(index);
          if (wantsGpu) gpuBusy = false;
        }),
      );
    }
  };
  start();
  while (running.size > 0) {
    await Promise.race(running.values());
    start();
  }

  await checker.close();
  deciding.memory.save();
  await options.store.settled();
  const trees: Record<string, string> = {};
  const shown: Record<string, { kind: string; digest: string; path: string }> = {};
  for (const { name, step, output } of plan.outputs) {
    const stored = outputs.get(`${String(step)}.${output}`);
    if (stored !== undefined) trees[name] = join(options.store.location, 'trees', stored.digest);
  }
  const paths = await showOutputs(options.workspace, plan.pipeline, plan.configuration, trees);
  for (const { name, step, output } of plan.outputs) {
    const stored = outputs.get(`${String(step)}.${output}`);
    if (stored !== undefined)
      shown[name] = { kind: stored.kind, digest: stored.digest, path: paths[name] ?? '' };
  }
  const result: RunResult = {
    schema: 'temper.run/1',
    run: runFolder.number,
    pipeline: plan.pipeline,
    configuration: plan.configuration,
    outcome: options.signal.aborted ? 'cancelled' : failures.length > 0 ? 'failed' : 'succeeded',
    pinned,
    seconds: (performance.now() - startedAt) / 1000,
    steps: results.filter((step) => step !== undefined),
    outputs: shown,
  };
  emit({ type: 'run-ended', result });
  runFolder.finish(result);
  const artifacts = new Map(
    [...outputs.values()].map(({ digest, files }) => [digest as string, files.map(({ path }) => path)]),
  );
  return { result, failures, identities, artifacts };
}

async function prepare(
  plan: Plan,
  options: PlanningOptions,
): Promise<{ deciding: Deciding; identities: readonly StepIdentity[] }> {
  const selection = selectSteps(plan, options);
  const identities = await identifySteps(plan, options);
  const memory = openMemory(
    join(options.workspace, '.temper', 'index', 'last', `${plan.pipeline}.${plan.configuration}.json`),
  );
  const onDamage: Deciding['onDamage'] = ({ problem, message }) =>
    options.onDamage?.(problem === 'missing' ? message : `${message}; it was put into quarantine`);
  return {
    deciding: {
      plan,
      identities,
      store: options.store,
      memory,
      selection,
      staleOk: options.staleOk === true,
      onDamage,
      ran: new Set(),
    },
    identities,
  };
}

async function materialiseAll(store: Store, stored: Stored): Promise<void> {
  for (const output of Object.values(stored.manifest.outputs)) await store.materialise(output);
}

function outputsOf(
  stored: Stored,
  pathOf: (output: StoredOutput, name: string) => string,
  workspace: string,
): Record<string, ResultOutput> {
  return Object.fromEntries(
    Object.entries(stored.manifest.outputs).map(([name, output]) => {
      const path = pathOf(output, name);
      const shownPath = path.startsWith(workspace) ? path.slice(workspace.length + 1) : path;
      return [
        name,
        {
          kind: output.kind,
          digest: output.digest,
          files: output.files.length,
          bytes: output.bytes,
          path: shownPath,
        },
      ];
    }),
  );
}
