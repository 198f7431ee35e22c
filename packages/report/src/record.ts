import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, RunResult } from '@temper/run';
import { readJson, readJsonLines } from './files.ts';

/** A step of `plan.json`. */
export interface RecordedStep {
  readonly label: string;
  readonly stage: string;
  readonly params: unknown;
  readonly where: { readonly file: string; readonly line: number } | null;
  /** Labels of the steps that it reads, each with the name of the input. */
  readonly reads: readonly { readonly input: string; readonly step: string; readonly output: string }[];
}

/** `plan.json` of a run: what it was going to do. */
export interface PlanRecord {
  readonly schema: 'temper.run-plan/1';
  /** What `--set` was given. */
  readonly set: readonly string[];
  readonly steps: readonly RecordedStep[];
}

export type NotedEvent = RunEvent & { readonly t: string };

/** Everything that a run left. */
export interface RunRecord {
  readonly result: RunResult;
  readonly plan: PlanRecord | undefined;
  readonly events: readonly NotedEvent[];
  readonly folder: string;
}

/**
 * A run's files. A run that was answered from memory left a result alone: its plan is that of the run that it repeats.
 */
export function readRecord(workspace: string, run: number): RunRecord | undefined {
  const folder = join(workspace, '.temper', 'runs', String(run));
  const result = readJson<RunResult>(join(folder, 'result.json'));
  if (result === undefined) return undefined;
  const plan = readJson<PlanRecord>(join(folder, 'plan.json'));
  const events = readJsonLines<NotedEvent>(join(folder, 'events.jsonl'));
  if (plan !== undefined) return { result, plan, events, folder };
  const repeated = earlierRuns(workspace, run).find(
    (number) =>
      sameSteps(readJson<RunResult>(resultFile(workspace, number)), result) &&
      readJson<PlanRecord>(join(workspace, '.temper', 'runs', String(number), 'plan.json')) !== undefined,
  );
  return {
    result,
    plan:
      repeated === undefined
        ? undefined
        : readJson<PlanRecord>(join(workspace, '.temper', 'runs', String(repeated), 'plan.json')),
    events,
    folder,
  };
}

/** Numbers of the runs before this one, newest first. */
function earlierRuns(workspace: string, run: number): readonly number[] {
  try {
    return readdirSync(join(workspace, '.temper', 'runs'))
      .map(Number)
      .filter((number) => Number.isInteger(number) && number < run)
      .sort((left, right) => right - left);
  } catch {
    return [];
  }
}

/** The newest earlier run of the same pipeline and configuration whose steps are not all the same. */
export function previousRun(workspace: string, { result }: RunRecord): RunRecord | undefined {
  for (const number of earlierRuns(workspace, result.run)) {
    const other = readJson<RunResult>(resultFile(workspace, number));
    if (
      other?.pipeline === result.pipeline &&
      other.configuration === result.configuration &&
      other.outcome === 'succeeded' &&
      !sameSteps(other, result)
    )
      return readRecord(workspace, number);
  }
  return undefined;
}

/** The run in which a result was made, and what it noted of the step. */
export interface Making {
  readonly run: number;
  /** Another checkout that shares the store made it: the number is one of its runs. */
  readonly elsewhere: boolean;
  readonly events: readonly NotedEvent[];
}

/**
 * The run that made a result: the record's own, an earlier one of this workspace, or the one that the store names
 * (`made`, a number without a workspace), in whichever of the other workspaces it is. Undefined when its files are gone.
 */
export function findMaking(
  workspace: string,
  record: RunRecord,
  fingerprint: string,
  { made, others }: { readonly made: string | undefined; readonly others: readonly string[] },
): Making | undefined {
  const { run } = record.result;
  const here = [run, ...earlierRuns(workspace, run)].map((number) => ({ place: workspace, number }));
  const there = made === undefined ? [] : others.map((place) => ({ place, number: Number(made) }));
  for (const { place, number } of [...here, ...there]) {
    const label = readJson<RunResult>(resultFile(place, number))?.steps.find(
      (step) => step.fingerprint === fingerprint && step.outcome === 'ran',
    )?.label;
    if (label === undefined) continue;
    const events = readJsonLines<NotedEvent>(join(place, '.temper', 'runs', String(number), 'events.jsonl'));
    return { run: number, elsewhere: place !== workspace, events: eventsOf(events, label) };
  }
  return undefined;
}

export function eventsOf(events: readonly NotedEvent[], label: string): readonly NotedEvent[] {
  return events.filter((event) => 'label' in event && event.label === label);
}

function resultFile(workspace: string, run: number): string {
  return join(workspace, '.temper', 'runs', String(run), 'result.json');
}

function sameSteps(left: RunResult | undefined, right: RunResult): boolean {
  if (left?.pipeline !== right.pipeline || left.configuration !== right.configuration) return false;
  return (
    left.steps.length === right.steps.length &&
    left.steps.every(({ label, fingerprint }, index) => {
      const other = right.steps[index];
      return other?.label === label && other.fingerprint === fingerprint;
    })
  );
}

/** A param that two runs give a step differently. */
export interface ParamChange {
  readonly label: string;
  readonly path: string;
  /** JSON texts; null where the param is absent. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Params that differ between two plans, and steps that only one of them has; null where a plan is not known. */
export function changedParams(
  before: PlanRecord | undefined,
  after: PlanRecord | undefined,
): readonly ParamChange[] | null {
  if (before === undefined || after === undefined) return null;
  const old = new Map(before.steps.map((step) => [step.label, leaves(step.params)]));
  const now = new Map(after.steps.map((step) => [step.label, leaves(step.params)]));
  const changes: ParamChange[] = [];
  for (const label of new Set([...now.keys(), ...old.keys()])) {
    const [left, right] = [old.get(label), now.get(label)];
    if (left === undefined || right === undefined) {
      const there = (leaf: unknown): string | null => (leaf === undefined ? null : 'step');
      changes.push({ label, path: '', before: there(left), after: there(right) });
      continue;
    }
    for (const path of new Set([...right.keys(), ...left.keys()])) {
      const pair = { before: left.get(path) ?? null, after: right.get(path) ?? null };
      if (pair.before !== pair.after) changes.push({ label, path, ...pair });
    }
  }
  return changes;
}

/** Leaves of a JSON value by dotted path; arrays count as one leaf, since that is how configurations replace them. */
function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value))
      leaves(item, path === '' ? key : `${path}.${key}`, found);
  } else if (value !== undefined) found.set(path, JSON.stringify(value));
  return found;
}
