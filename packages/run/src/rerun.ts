import { join } from 'node:path';
import type { ArtifactFile } from '@temper/fingerprint';
import type { Plan, PlannedStep } from '@temper/plan';
import type { Store, Stored } from '@temper/store';
import { createChecker } from './check.ts';
import type { Decision } from './decide.ts';
import { executeStep } from './execute.ts';
import type { Failure } from './failure.ts';
import { planAgainstStore } from './planning.ts';
import type { RunOptions } from './run.ts';
import { createRunFolder } from './run-folder.ts';

/** A file of which a step made other bytes the second time. */
export interface DifferingFile {
  readonly path: string;
  /** Digests; null for a file that only one of the two has. */
  readonly kept: string | null;
  readonly now: string | null;
}

/** An output, as it is kept and as it came out again. */
export interface RerunOutput {
  readonly name: string;
  readonly kept: string;
  readonly now: string;
  readonly files: number;
  readonly differing: readonly DifferingFile[];
}

/** What executing a step again showed. */
export type Rerun =
  | {
      readonly label: string;
      readonly outcome: 'equal' | 'different';
      readonly seconds: number;
      readonly outputs: readonly RerunOutput[];
    }
  | { readonly label: string; readonly outcome: 'failed'; readonly failure: Failure };

export interface RerunOptions extends Omit<RunOptions, 'checker' | 'jobs' | 'keepGoing' | 'memory'> {
  /** Indices into the plan. */
  readonly steps: readonly number[];
  /** Where the results of this go; nothing is written to `store`. */
  readonly scratch: Store;
  /** The folder that logs and events of this are written below. */
  readonly scratchFolder: string;
  /** The script that checks kinds, in a worker of its own. */
  readonly checkWorker: string;
}

/**
 * Executes steps once more, from the very inputs of their kept results, and compares what comes out file by file. What
 * is not up to date has nothing to be compared with, and fails.
 */
export async function rerunSteps(plan: Plan, options: RerunOptions): Promise<readonly Rerun[]> {
  const { decisions, identities } = await planAgainstStore(plan, options);
  const runFolder = createRunFolder(options.scratchFolder);
  const checker = createChecker({
    script: options.checkWorker,
    // Kinds find their packages from where they lie: below the workspace.
    cache: join(options.workspace, '.temper', 'index', 'kinds'),
  });
  const reruns: Rerun[] = [];
  try {
    for (const index of options.steps) {
      const step = plan.steps[index];
      const identity = identities[index];
      const decision = decisions[index];
      if (step === undefined || identity === undefined || decision === undefined)
        throw new Error(`there is no step ${String(index)}`);
      if (decision.action !== 'reuse') {
        reruns.push({ label: step.label, outcome: 'failed', failure: nothingKept(plan, step) });
        continue;
      }
      const { stored } = decision;
      const execution = await executeStep(
        {
          step,
          identity,
          fingerprint: stored.manifest.fingerprint,
          ingredients: stored.manifest.ingredients,
          inputs: inputsOf(step, decisions),
          forced: true,
        },
        {
          workspace: options.workspace,
          pipeline: plan.pipeline,
          configuration: plan.configuration,
          stats: options.stats,
          store: readingFrom(options.store, options.scratch),
          backendFor: ({ implementation }) => options.backends[implementation.type],
          checker,
          runFolder,
          emit: options.emit,
          signal: options.signal,
          fetchWheel: options.fetchWheel,
          gpus: options.gpus,
          networkEnvironment: options.networkEnvironment,
        },
      );
      if (execution.outcome === 'ran' || execution.outcome === 'reused')
        reruns.push(compare(step.label, stored, execution.stored));
      else if (execution.outcome === 'failed')
        reruns.push({ label: step.label, outcome: 'failed', failure: execution.failure });
      else break;
    }
  } finally {
    await checker.close();
    await options.scratch.settled();
  }
  return reruns;
}

/** A store that writes into the scratch one; the inputs of jobs are read where they are kept. */
function readingFrom(kept: Store, scratch: Store): Store {
  return {
    ...scratch,
    materialise: (output) => kept.materialise(output),
    checkUntouched: (outputs) => kept.checkUntouched(outputs),
  };
}

function inputsOf(
  step: PlannedStep,
  decisions: readonly Decision[],
): Parameters<typeof executeStep>[0]['inputs'] {
  return step.wires.map(({ input, step: from, output }) => {
    const decision = decisions[from];
    const found = decision?.action === 'reuse' ? decision.stored.manifest.outputs[output] : undefined;
    if (found === undefined) throw new Error(`the input ${input} of ${step.label} is unknown`);
    return { input, output: found };
  });
}

function nothingKept({ pipeline, configuration }: Plan, { label, where }: PlannedStep): Failure {
  const command = `temper run ${pipeline}${configuration === 'default' ? '' : ` -c ${configuration}`}`;
  return {
    type: 'stale',
    label,
    where,
    message: `${label} is not up to date: there is no result that a second one could be compared with`,
    hint: `bring it up to date first: \`${command} --until ${label}\``,
  };
}

function compare(label: string, kept: Stored, now: Stored): Rerun {
  const outputs = Object.entries(kept.manifest.outputs).map(([name, output]): RerunOutput => {
    const other = now.manifest.outputs[name];
    return {
      name,
      kept: output.digest,
      now: other?.digest ?? '',
      files: output.files.length,
      differing: differingFiles(output.files, other?.files ?? []),
    };
  });
  const equal = outputs.every((output) => output.kept === output.now);
  return { label, outcome: equal ? 'equal' : 'different', seconds: now.manifest.made.seconds, outputs };
}

function differingFiles(
  kept: readonly ArtifactFile[],
  now: readonly ArtifactFile[],
): readonly DifferingFile[] {
  const [before, after] = [kept, now].map(
    (files) => new Map(files.map(({ path, sha256 }) => [path, sha256])),
  );
  const paths = [...new Set([...kept, ...now].map(({ path }) => path))].sort();
  return paths
    .map((path) => ({ path, kept: before?.get(path) ?? null, now: after?.get(path) ?? null }))
    .filter((file) => file.kept !== file.now);
}
