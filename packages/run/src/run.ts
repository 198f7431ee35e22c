import { join } from 'node:path';
import type { Backend } from '@temper/backend';
import type { Plan, PlannedStep } from '@temper/plan';
import type { StoredOutput } from '@temper/store';
import { advanceStep } from './advance.ts';
import type { Checker } from './check.ts';
import type { EventListener, RunEvent } from './event.ts';
import { RunRefused, type Failure } from './failure.ts';
import type { StepIdentity, WheelFetcher } from './identity.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { lockDrift, lockRefusal, type Drift } from './lock.ts';
import { showOutputs } from './outputs.ts';
import { prepare, staleRefusal, type PlanningOptions } from './planning.ts';
import { resultText } from './result-text.ts';
import type { RunResult } from './result.ts';
import { createRunFolder } from './run-folder.ts';
import { runSchedule } from './schedule.ts';

/** What running needs besides what planning does. */
export interface RunOptions extends PlanningOptions {
  readonly backends: { readonly host: Backend; readonly python: Backend };
  readonly checker: Checker;
  readonly fetchWheel: WheelFetcher;
  readonly networkEnvironment: Readonly<Record<string, string>>;
  readonly emit: EventListener;
  readonly signal: AbortSignal;
  /** How many GPUs the backend has to give. */
  readonly gpus: number;
  /** The most memory that a job of a Python stage may take, in bytes; without it there is no limit. */
  readonly memory?: number | null;
  /** How many steps may run at once. */
  readonly jobs: number;
  readonly keepGoing: boolean;
}

/** A run's result with the failures behind it, first one first. */
export interface Finished {
  readonly result: RunResult;
  readonly failures: readonly Failure[];
  readonly identities: readonly StepIdentity[];
  /** Every artifact of the run, once. */
  readonly artifacts: readonly StoredOutput[];
  /** What the lock of the pipeline says otherwise than it is. */
  readonly drift: readonly Drift[];
}

/**
 * Brings a pipeline's outputs up to date. Each step is decided when its inputs are known, by the same rule as in a
 * plan; what must run goes to its backend, at most `jobs` at once and one with GPUs. The failure of one step leaves
 * the others' results; aborting cancels what runs, with time to save a checkpoint.
 *
 * @throws RunRefused when the lock is frozen and does not hold what is there, when a step outside the selection is not up
 *   to date, or when a hub cannot be asked.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Finished> {
  const visit = await options.store.enter(options.workspace);
  try {
    return await runWithin(plan, options);
  } finally {
    await visit.leave();
  }
}

async function runWithin(plan: Plan, options: RunOptions): Promise<Finished> {
  const startedAt = performance.now();
  const { workspace, store, signal } = options;
  const deciding = await prepare(plan, options);
  const drift = await lockDrift(plan, deciding.identities);
  const refusal =
    (options.frozen === true ? lockRefusal(plan, drift) : undefined) ?? (await staleRefusal(deciding));
  if (refusal !== undefined) throw new RunRefused(refusal);
  const runFolder = createRunFolder(workspace);
  runFolder.plan(plan);
  const emit = (event: RunEvent): void => {
    if (event.type !== 'step-log') runFolder.event(event);
    options.emit(event);
  };
  const { pipeline, configuration } = plan;
  emit({
    type: 'run-started',
    run: runFolder.number,
    pipeline,
    configuration,
    steps: plan.steps.map(({ label, stage }) => ({ label, stage })),
  });

  const ledger = openLedger(plan, { workspace, store, runFolder, emit });
  const advancing = {
    plan,
    deciding,
    ledger,
    pinned: false,
    executing: {
      workspace,
      pipeline,
      configuration,
      store,
      stats: options.stats,
      backendFor: ({ implementation }: PlannedStep) => options.backends[implementation.type],
      checker: options.checker,
      runFolder,
      emit,
      signal,
      fetchWheel: options.fetchWheel,
      gpus: options.gpus,
      memory: options.memory ?? null,
      networkEnvironment: options.networkEnvironment,
    },
    stopping: () => signal.aborted || (!options.keepGoing && ledger.failures.length > 0),
  };
  await runSchedule({
    needs: plan.steps.map(({ wires }) => wires.map(({ step }) => step)),
    jobs: options.jobs,
    wantsGpu: (index) => wantsGpu(plan.steps[index]),
    advance: (index) => advanceStep(index, advancing),
  });
  deciding.memory.save();
  options.stats.save();
  await store.settled();

  const result: RunResult = {
    schema: 'temper.run/1',
    run: runFolder.number,
    pipeline,
    configuration,
    outcome: signal.aborted ? 'cancelled' : ledger.failures.length > 0 ? 'failed' : 'succeeded',
    pinned: advancing.pinned,
    seconds: (performance.now() - startedAt) / 1000,
    steps: ledger.results.filter((step) => step !== undefined),
    outputs: await showPipelineOutputs(plan, ledger, options, emit),
  };
  emit({ type: 'run-ended', result });
  runFolder.finish(resultText(result));
  return {
    result,
    failures: ledger.failures,
    identities: deciding.identities,
    drift,
    artifacts: [...new Map([...ledger.outputs()].map((output) => [output.digest, output])).values()],
  };
}

function wantsGpu(step: PlannedStep | undefined): boolean {
  return step?.implementation.type === 'python' && step.implementation.gpus > 0;
}

/** Shows in `output/` what the pipeline exports and the run confirmed. */
async function showPipelineOutputs(
  plan: Plan,
  ledger: Ledger,
  { workspace, store }: RunOptions,
  emit: (event: RunEvent) => void,
): Promise<RunResult['outputs']> {
  const confirmed = plan.outputs.flatMap(({ name, step, output }) => {
    const stored = ledger.output(step, output);
    return stored === undefined ? [] : [{ name, ...stored }];
  });
  const trees = confirmed.map(({ name, digest }) => [name, join(store.location, 'trees', digest)] as const);
  const { paths, aside } = await showOutputs(
    workspace,
    plan.pipeline,
    plan.configuration,
    Object.fromEntries(trees),
  );
  for (const place of aside) {
    const folder = join('output', plan.pipeline, plan.configuration);
    const message = `what was in ${folder} and was no link of Temper’s is in ${place} now`;
    emit({ type: 'warning', code: 'output-aside', message });
  }
  return Object.fromEntries(
    confirmed.map(({ name, kind, digest }) => [name, { kind, digest, path: paths[name] ?? '' }]),
  );
}
