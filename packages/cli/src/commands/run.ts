import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import type { Plan } from '@temper/plan';
import {
  createChecker,
  exitCodeOf,
  remember,
  requireSelection,
  runPlan,
  RunRefused,
  type Failure,
  type SelectionOptions,
} from '@temper/run';
import { withTracking } from '@temper/tracking/records';
import { askedOf, build } from '../asked.ts';
import { createBackends } from '../backends.ts';
import { listGpus } from '../gpus.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { annotate, tellOutputs } from '../github.ts';
import { isFrozen, type LockFlags } from '../frozen.ts';
import { hubResolver, unaskedHub } from '../outside.ts';
import { printComparisons } from '../print/comparison.ts';
import { printCurves } from '../print/curves.ts';
import { printFailure } from '../print/problem.ts';
import { printEnd, refusalResult } from '../print/run-end.ts';
import { writeResult } from '../write-result.ts';
import { createRunPrinter } from '../print/run-printer.ts';
import { openSession, program, type PlanningFlags } from '../session.ts';
import { preflight } from '../preflight.ts';
import { trackRun } from '../tracking.ts';

export interface RunFlags extends PlanningFlags, SelectionOptions, LockFlags {
  readonly staleOk?: boolean;
  readonly keepGoing?: boolean;
  readonly jobs?: string;
  readonly backend?: string;
  readonly offline?: boolean;
  readonly resultFile?: string;
}

/** `temper run`: brings the outputs of a pipeline up to date. What refuses to run at all stands in the result file, too. */
export async function runCommand(pipeline: string, flags: RunFlags): Promise<ExitCode> {
  try {
    return await bringUpToDate(pipeline, flags);
  } catch (error) {
    if (error instanceof PipelineError) {
      report(flags, refusalResult(pipeline, flags, exitCode.usage, error));
    }
    throw error;
  }
}

async function bringUpToDate(pipeline: string, flags: RunFlags): Promise<ExitCode> {
  const began = Date.now();
  const session = openSession(flags);
  const { terminal, places, store, stats, environment } = session;
  const jobs = readJobs(flags.jobs);
  const plan = await session.plan(pipeline, flags);
  requireSelection(plan, flags);
  const style = { workspace: places.workspace, colors: terminal.colors, texts: terminal.texts };
  const frozen = isFrozen(plan, flags, environment);

  const printer = createRunPrinter(terminal);
  const resolveHub =
    flags.offline === true || frozen
      ? unaskedHub
      : hubResolver({
          environment,
          texts: terminal.texts,
          tell: (line) => {
            printer.line(line);
          },
        });
  const tracking = trackRun(plan, { session, printer, flags });
  const interruption = watchInterruption(() => {
    printer.line(terminal.texts.cancelling);
  });
  const checker = createChecker({ script: program('check-worker'), cache: join(places.index, 'kinds') });
  try {
    const backends = await createBackends({
      plan,
      places,
      environment,
      name: flags.backend ?? plan.settings.backend ?? 'local',
      emit: printer.listen,
    });
    const refuse = (refusal: Failure): ExitCode => {
      printer.close();
      console.error(printFailure(refusal, style));
      annotate(refusal, environment);
      report(flags, refusalResult(pipeline, flags, exitCodeOf(refusal), refusal));
      return exitCodeOf(refusal);
    };
    const refusal = await preflight(plan, { ...flags, session, backends });
    if (refusal !== undefined) return refuse(refusal);
    const finished = await runPlan(plan, {
      ...flags,
      frozen,
      workspace: places.workspace,
      store,
      stats,
      resolveHub,
      backends,
      checker,
      fetchWheel: backends.fetchWheel,
      networkEnvironment: plan.steps.some(({ implementation }) => implementation.network)
        ? (await import('../network-environment.ts')).networkEnvironment(environment)
        : {},
      emit: (event) => {
        printer.listen(event);
        tracking.listen(event);
      },
      signal: interruption.signal,
      gpus: (await listGpus()).length,
      memory: backends.memory,
      jobs,
      keepGoing: flags.keepGoing === true,
      onDamage: (message) => {
        printer.line(`${terminal.colors.yellow('!')} ${message}`);
      },
    }).catch((error: unknown) => {
      if (error instanceof RunRefused) return error.failure;
      throw error;
    });
    if ('message' in finished) return refuse(finished);
    const { result, failures, identities, artifacts, drift } = finished;
    printer.close();
    for (const failure of failures) {
      console.error(printFailure(failure, style));
      annotate(failure, environment);
    }
    printEnd(result, terminal);
    // Loaded only for a pipeline that has a baseline.
    if (existsSync(join(places.workspace, 'baselines', `${pipeline}.json`))) {
      const { printBaseline } = await import('../print/baseline-lines.ts');
      printBaseline(places.workspace, result, terminal);
    }
    tellOutputs(result, environment);
    // What --set changes for once is not what the lock should hold.
    if (flags.set === undefined && (drift.length > 0 || isUnlocked(plan))) {
      const command = ['temper lock', pipeline, ...(flags.config === undefined ? [] : ['-c', flags.config])];
      terminal.line(`  ${terminal.texts.lockProposal(command.join(' '))}`);
    }
    printComparisons(result.outputs, places.workspace, terminal);
    await tracking.close();
    const steps = withTracking(result.steps, places);
    printCurves(
      steps.filter(({ outcome }) => outcome === 'reused'),
      terminal,
    );
    const first = failures[0];
    const code = interruption.code ?? (first === undefined ? exitCode.done : exitCodeOf(first));
    report(flags, { ...result, steps, exitCode: code });
    const asked = askedOf(pipeline, flags, places.workspace);
    if (asked !== undefined && !result.pinned && result.steps.every(({ outcome }) => outcome === 'reused')) {
      remember(places.index, asked, {
        build,
        plan,
        identities,
        result,
        artifacts,
        began,
        workspace: places.workspace,
        storeLocation: store.location,
      });
    }
    return code;
  } finally {
    printer.close();
    interruption.dispose();
    await checker.close();
    await tracking.close();
  }
}

/** Whether a revision of a hub was looked up that may be another commit tomorrow. */
function isUnlocked({ lock, configuration, steps }: Plan): boolean {
  return (
    lock?.configurations[configuration] === undefined &&
    steps.some(({ pins }) => pins.some(({ type }) => type === 'hub'))
  );
}

/** The answer for programs, where one was asked for. */
function report(flags: RunFlags, answer: object): void {
  if (flags.resultFile !== undefined) writeResult(resolve(flags.resultFile), answer);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
}

function readJobs(text: string | undefined): number {
  if (text === undefined) return Math.max(1, availableParallelism());
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs > 0) return jobs;
  throw new PipelineError('wrong-option', `\`--jobs ${text}\` is not a number of jobs`, {
    hint: 'give a whole number from 1',
  });
}

interface Interruption {
  readonly signal: AbortSignal;
  readonly code: ExitCode | undefined;
  dispose(): void;
}

/** The first signal asks the jobs to end, with time for a checkpoint; a second one ends this process at once. */
function watchInterruption(announce: () => void): Interruption {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    const wanted = signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    if (code !== undefined) process.exit(wanted);
    code = wanted;
    announce();
    controller.abort();
  };
  const onInterrupt = (): void => {
    stop('SIGINT');
  };
  const onTerminate = (): void => {
    stop('SIGTERM');
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    dispose() {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
    },
  };
}
