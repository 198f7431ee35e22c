import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { nearest } from '@temper/plan';
import { labelFolder, type RunEvent, type RunResult, type StepResult } from '@temper/run';

/** The runs of a workspace that left a result, oldest first. */
export function readRuns(workspace: string): readonly RunResult[] {
  const folder = join(workspace, '.temper', 'runs');
  return runNumbers(folder)
    .map((number) => readRun(folder, number))
    .filter((run) => run !== undefined);
}

/** A run that left no result: it goes on, or it was killed. */
export interface UnfinishedRun {
  readonly run: number;
  readonly pipeline: string;
  readonly configuration: string;
  readonly outcome: 'unfinished';
  /** Every step of it, in order. */
  readonly labels: readonly string[];
  /** The steps that have ended. */
  readonly steps: readonly StepResult[];
}

/** What runs without a result have noted so far, oldest first. */
export function readUnfinished(workspace: string): readonly UnfinishedRun[] {
  const folder = join(workspace, '.temper', 'runs');
  return runNumbers(folder)
    .filter((number) => readRun(folder, number) === undefined)
    .map((number) => readNotes(workspace, number))
    .filter((run) => run !== undefined);
}

/** The events of a run as far as they tell of its steps; undefined when it noted nothing. */
export function readNotes(workspace: string, number: number): UnfinishedRun | undefined {
  const events = readEvents(workspace, number);
  const begun = events.find((event) => event.type === 'run-started');
  if (begun === undefined) return undefined;
  const { run, pipeline, configuration, steps } = begun;
  return {
    run,
    pipeline,
    configuration,
    outcome: 'unfinished',
    labels: steps.map(({ label }) => label),
    steps: events.flatMap((event) => (event.type === 'step-ended' ? [event.step] : [])),
  };
}

function readEvents(workspace: string, number: number): readonly RunEvent[] {
  try {
    const text = readFileSync(join(workspace, '.temper', 'runs', String(number), 'events.jsonl'), 'utf8');
    // The last line of a run that was killed may be half a line.
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as RunEvent];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Whether a word names a run; whatever else stands in its place names a pipeline. */
export function isRunName(name: string): boolean {
  return /^(\d+|last)$/.test(name);
}

/** The number of a run, finished or not, by its number or `last`; undefined when there is none. */
export function findRunNumber(workspace: string, name: string): number | undefined {
  const numbers = runNumbers(join(workspace, '.temper', 'runs'));
  const number = name === 'last' ? numbers.at(-1) : Number(name);
  return number !== undefined && numbers.includes(number) ? number : undefined;
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

/**
 * The newest run of a pipeline in which a step has left something, whatever became of the run.
 *
 * @throws PipelineError when there is none.
 */
export function findRunOf(
  workspace: string,
  pipeline: string,
  {
    step,
    configuration,
  }: { readonly step?: string | undefined; readonly configuration?: string | undefined },
): RunResult {
  const runs = readRuns(workspace).filter(
    (run) =>
      run.pipeline === pipeline && (configuration === undefined || run.configuration === configuration),
  );
  const found = runs.findLast(
    (run) =>
      step === undefined || run.steps.some((one) => isStep(one, step) && Object.keys(one.outputs).length > 0),
  );
  if (found !== undefined) return found;
  const newest = runs.at(-1);
  // Of a step that no run has, the newest run tells the nearest name.
  if (newest !== undefined && step !== undefined && !newest.steps.some((one) => isStep(one, step)))
    return newest;
  const asked = configuration === undefined ? pipeline : `${pipeline} -c ${configuration}`;
  throw new PipelineError(
    'unknown-run',
    `no run of \`${asked}\` has ${step === undefined ? 'ended' : `made \`${step}\``} in this workspace yet`,
    { hint: `run it: \`temper run ${asked}${step === undefined ? '' : ` --until ${step}`}\`` },
  );
}

function isStep({ label, stage, variable }: StepResult, address: string): boolean {
  return address === label || address === stage || address === `${stage}:${variable ?? ''}`;
}

/** @throws PipelineError when the run has no such step. */
export function findStep<Step extends StepResult>(
  run: { readonly run: number; readonly steps: readonly Step[] },
  address: string,
): Step {
  const found =
    run.steps.find(({ label }) => label === address) ?? run.steps.find((step) => isStep(step, address));
  if (found !== undefined) return found;
  const labels = run.steps.map(({ label }) => label);
  const close = nearest(address, labels);
  throw new PipelineError('unknown-step', `run ${String(run.run)} has no step \`${address}\``, {
    hint: close === undefined ? `its steps are ${labels.join(', ')}` : `did you mean \`${close}\`?`,
  });
}

/** The newest run of a pipeline in which a step printed something, else its newest that noted anything. */
export function findLogged(
  workspace: string,
  pipeline: string,
  { step, configuration }: { readonly step: string; readonly configuration?: string | undefined },
): number | undefined {
  const runs = runNumbers(join(workspace, '.temper', 'runs'))
    .map((number) => readNotes(workspace, number))
    .filter(
      (run) => run?.pipeline === pipeline && run.configuration === (configuration ?? run.configuration),
    );
  return (runs.findLast((run) => run && existsSync(logFile(workspace, run.run, step))) ?? runs.at(-1))?.run;
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
