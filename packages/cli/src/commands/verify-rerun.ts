import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { listPipelines, requireStepsAt } from '@temper/plan';
import { exitCodeOf, rerunSteps, type Rerun } from '@temper/run';
import { createLocalStore } from '@temper/store';
import { duration } from '@temper/report/words';
import { createBackends } from '../backends.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { listGpus } from '../gpus.ts';
import { networkEnvironment } from '../network-environment.ts';
import { unaskedHub } from '../outside.ts';
import { readRuns } from '../past.ts';
import { printFailure } from '../print/problem.ts';
import { openSession, program, type PlanningFlags, type Session } from '../session.ts';

export interface RerunFlags extends PlanningFlags {
  /** Step addresses. */
  readonly rerun: readonly string[];
}

/** `temper verify [P] --rerun STEP`: executes a step again, away from the store, and compares the bytes. */
export async function rerunCommand(pipeline: string | undefined, flags: RerunFlags): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, store, stats, environment } = session;
  const named = await choose(pipeline, flags, session);
  const plan = await session.plan(named.pipeline, named);
  const steps = [...new Set(flags.rerun.flatMap((address) => requireStepsAt(address, plan.steps)))].sort(
    (left, right) => left - right,
  );
  // Beside the store, since a job's folder has to lie on its file system.
  const scratchFolder = join(places.home, 'scratch', `${String(process.pid)}-${String(Date.now())}`);
  const scratch = createLocalStore(join(scratchFolder, 'store'));
  const backends = await createBackends({
    plan,
    places: { ...places, store: scratch.location },
    environment,
    name: plan.settings.backend ?? 'local',
    emit: () => undefined,
  });
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let keep = false;
  try {
    const reruns = await rerunSteps(plan, {
      workspace: places.workspace,
      store,
      stats,
      resolveHub: unaskedHub,
      steps,
      scratch,
      scratchFolder,
      backends,
      checkWorker: program('check-worker'),
      fetchWheel: backends.fetchWheel,
      networkEnvironment: networkEnvironment(environment),
      gpus: (await listGpus()).length,
      emit: (event) => {
        if (event.type === 'step-phase') terminal.line(terminal.colors.dim(`  ${event.name}`));
      },
      signal: controller.signal,
    });
    keep = reruns.some(({ outcome }) => outcome === 'different');
    if (flags.json === true) {
      terminal.json({
        schema: 'temper.rerun/1',
        pipeline: plan.pipeline,
        configuration: plan.configuration,
        steps: reruns,
        scratch: keep ? scratch.location : null,
      });
    } else {
      for (const rerun of reruns) print(rerun, session, scratchFolder);
      if (keep) terminal.line(`  ${terminal.texts.rerunKept(join(scratch.location, 'trees'))}`);
    }
    if (controller.signal.aborted) return exitCode.interrupted;
    const failed = reruns.find((rerun) => rerun.outcome === 'failed');
    if (failed !== undefined) return exitCodeOf(failed.failure);
    return keep ? exitCode.stale : exitCode.done;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (!keep) rmSync(scratchFolder, { recursive: true, force: true });
  }
}

/** The pipeline that was named, else that of the last run, else the only one there is. */
async function choose(
  pipeline: string | undefined,
  flags: RerunFlags,
  { places }: Session,
): Promise<PlanningFlags & { readonly pipeline: string }> {
  const asked = {
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags.set === undefined ? {} : { set: flags.set }),
  };
  if (pipeline !== undefined) return { pipeline, ...asked };
  const last = readRuns(places.workspace).at(-1);
  if (last !== undefined) return { pipeline: last.pipeline, config: last.configuration, ...asked };
  const [only, ...others] = await listPipelines(places.workspace);
  if (only !== undefined && others.length === 0) return { pipeline: only.name, ...asked };
  throw new PipelineError('no-pipeline', 'nothing says of which pipeline the step is', {
    hint: 'name it: `temper verify PIPELINE --rerun STEP`',
  });
}

function print(rerun: Rerun, { terminal, places }: Session, scratchFolder: string): void {
  const { colors, texts } = terminal;
  if (rerun.outcome === 'failed') {
    const { failure } = rerun;
    // The log lies with the scratch store, not in the workspace.
    const told = 'log' in failure ? { ...failure, log: join(scratchFolder, failure.log) } : failure;
    console.error(printFailure(told, { workspace: places.workspace, colors, texts }));
    return;
  }
  const equal = rerun.outcome === 'equal';
  const files = rerun.outputs.reduce((sum, output) => sum + output.files, 0);
  terminal.line(
    equal
      ? `${colors.green('✓')} ${rerun.label}: ${texts.rerunEqual(files, duration(rerun.seconds))}`
      : `${colors.red('✗')} ${rerun.label}: ${texts.rerunDifferent}`,
  );
  for (const { name, differing } of rerun.outputs) {
    for (const { path, kept, now } of differing)
      terminal.line(
        `    ${name}/${path}: ${kept?.slice(0, 12) ?? texts.rerunAbsent} → ${now?.slice(0, 12) ?? texts.rerunAbsent}`,
      );
  }
}
