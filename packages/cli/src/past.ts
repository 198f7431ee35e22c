import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { nearest } from '@temper/plan';
import { labelFolder, type RunResult, type StepResult } from '@temper/run';

/** The runs of a workspace that left a result, oldest first. */
export function readRuns(workspace: string): readonly RunResult[] {
  const folder = join(workspace, '.temper', 'runs');
  return runNumbers(folder)
    .map((number) => readRun(folder, number))
    .filter((run) => run !== undefined);
}

/**
 * One run, by its number or `last`.
 *
 * @throws PipelineError when there is no such run.
 */
export function findRun(workspace: string, name: string): RunResult {
  const folder = join(workspace, '.temper', 'runs');
  const numbers = runNumbers(folder);
  const number =
    name === 'last'
      ? numbers.findLast((candidate) => readRun(folder, candidate) !== undefined)
      : Number(name);
  const run = number === undefined || !numbers.includes(number) ? undefined : readRun(folder, number);
  if (run !== undefined) return run;
  const known =
    numbers.length === 0
      ? 'there is none yet'
      : `the last one is ${String(numbers.at(-1))}; \`last\` names it too`;
  throw new PipelineError('unknown-run', `there is no finished run \`${name}\` in this workspace`, {
    hint: known,
  });
}

/** @throws PipelineError when the run has no such step. */
export function findStep<Step extends StepResult>(
  run: { readonly run: number; readonly steps: readonly Step[] },
  address: string,
): Step {
  const found =
    run.steps.find(({ label }) => label === address) ??
    run.steps.find(({ stage, variable }) => address === stage || address === `${stage}:${variable ?? ''}`);
  if (found !== undefined) return found;
  const labels = run.steps.map(({ label }) => label);
  const close = nearest(address, labels);
  throw new PipelineError('unknown-step', `run ${String(run.run)} has no step \`${address}\``, {
    hint: close === undefined ? `its steps are ${labels.join(', ')}` : `did you mean \`${close}\`?`,
  });
}

/** The log of a step of a run, absolute. */
export function logFile(workspace: string, run: number, label: string): string {
  return join(workspace, '.temper', 'runs', String(run), 'steps', labelFolder(label), 'output.log');
}

function runNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter(Number.isInteger)
      .sort((left, right) => left - right);
  } catch {
    return [];
  }
}

/** A run that is still going on, or was killed, has no result. */
function readRun(folder: string, number: number): RunResult | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, String(number), 'result.json'), 'utf8')) as RunResult;
  } catch {
    return undefined;
  }
}
