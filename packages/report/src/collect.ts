import { join, relative } from 'node:path';
import type { RunResult, StepResult } from '@temper/run';
import { readComparisons, readLengths, readSamples } from './artifacts.ts';
import { compareWithBaseline, readBaseline } from './baseline.ts';
import { readCurve } from './curves.ts';
import { readTail } from './files.ts';
import { layOut } from './layout.ts';
import { readMetrics } from './metrics.ts';
import {
  changedParams,
  eventsOf,
  findMaking,
  previousRun,
  readRecord,
  type Making,
  type NotedEvent,
  type PlanRecord,
  type RunRecord,
} from './record.ts';
import type { Curve, KeptResult, Report, ReportStep } from './report.ts';

export interface ReportOptions {
  /** Absolute. */
  readonly workspace: string;
  readonly run: number;
  /** What the store remembers of a step's result; nothing where it is gone. */
  readonly keptResult: (fingerprint: string, step: StepResult) => Promise<KeptResult | undefined>;
  /** Other workspaces that share the store, absolute: what is reused may have been made there. */
  readonly otherWorkspaces?: readonly string[];
}

/** How much of a step's log is shown: its end, where the reason of a failure stands. */
const logBytes = 8 * 1024;
/** How many files of an output are listed one by one. */
const mostFiles = 24;

/** Everything that a report says of a run; undefined when the run left no result. */
export async function collectReport(options: ReportOptions): Promise<Report | undefined> {
  const { workspace } = options;
  const record = readRecord(workspace, options.run);
  if (record === undefined) return undefined;
  const { result, plan, events } = record;
  const previous = previousRun(workspace, record);
  const started = events.find((event) => event.type === 'run-started');
  const metrics = readMetrics(workspace, result);
  return {
    schema: 'temper.report/1',
    run: result.run,
    pipeline: result.pipeline,
    configuration: result.configuration,
    outcome: result.outcome,
    pinned: result.pinned,
    seconds: result.seconds,
    startedAt: started?.t ?? null,
    command: commandOf(result, plan),
    previous: previous?.result.run ?? null,
    steps: await Promise.all(result.steps.map((step) => describeStep(step, record, options))),
    graph: layOut(result.steps, wiresOf(plan, result)),
    outputs: Object.entries(result.outputs).map(([name, output]) => ({ name, ...output })),
    failures: events.flatMap((event) => (event.type === 'failure' ? [describeFailure(event.failure)] : [])),
    warnings: events.flatMap((event) =>
      event.type === 'warning' ? [{ label: event.label ?? null, message: event.message }] : [],
    ),
    changedParams: changedParams(previous?.plan, plan),
    metrics,
    comparisons: readComparisons(workspace, result),
    baseline: compareWithBaseline(readBaseline(workspace, result.pipeline), result.configuration, metrics),
    samples: readSamples(workspace, result),
    lengths: readLengths(workspace, result),
    curves: (await Promise.all(result.steps.map((step) => curveOf(step, record, previous, options)))).filter(
      (curve) => curve !== undefined,
    ),
    logs: result.steps.flatMap(({ label }) => logOf(label, record, workspace)),
    leftOut: [],
  };
}

/** The command that asks for the same. */
function commandOf({ pipeline, configuration }: RunResult, plan: PlanRecord | undefined): string {
  const set = (plan?.set ?? []).flatMap((text) => ['--set', /^[\w.:=/-]+$/.test(text) ? text : `'${text}'`]);
  return ['temper run', pipeline, ...(configuration === 'default' ? [] : ['-c', configuration]), ...set].join(
    ' ',
  );
}

async function describeStep(
  step: StepResult,
  record: RunRecord,
  options: ReportOptions,
): Promise<ReportStep> {
  const planned = record.plan?.steps.find(({ label }) => label === step.label);
  const kept = step.fingerprint === null ? undefined : await options.keptResult(step.fingerprint, step);
  const own = eventsOf(record.events, step.label);
  const ended = own.find((event) => event.type === 'job-ended');
  return {
    label: step.label,
    stage: step.stage,
    outcome: step.outcome,
    reasons: step.reasons,
    fingerprint: step.fingerprint,
    seconds: step.seconds,
    savedSeconds: step.savedSeconds ?? null,
    began: secondsBetween(
      record.events[0],
      own.find((event) => event.type === 'step-started'),
    ),
    peakMemory: ended?.peakMemory ?? null,
    params: planned?.params ?? kept?.params ?? null,
    where: planned?.where == null ? null : `${planned.where.file}:${String(planned.where.line)}`,
    made: kept === undefined ? null : madeOf(kept),
    outputs: Object.entries(step.outputs).map(([name, { kind, digest, bytes, files, path }]) => ({
      name,
      kind,
      digest,
      bytes,
      count: files,
      path,
      files: (kept?.files[name] ?? [])
        .slice(0, mostFiles)
        .map((file) => ({ path: file.path, bytes: file.bytes, sha256: file.sha256 })),
    })),
  };
}

function madeOf({
  at,
  seconds,
  backend,
  device,
  versions,
  nondeterministic,
}: KeptResult): ReportStep['made'] {
  return { at, seconds, backend, device, versions, nondeterministic };
}

function secondsBetween(first: NotedEvent | undefined, second: NotedEvent | undefined): number | null {
  return first === undefined || second === undefined
    ? null
    : (Date.parse(second.t) - Date.parse(first.t)) / 1000;
}

/** Edges by what was planned; without a plan by digests, which cannot tell two equal artifacts apart. */
function wiresOf(
  plan: PlanRecord | undefined,
  result: RunResult,
): readonly { readonly from: string; readonly to: string; readonly input: string }[] {
  const shown = new Set(result.steps.map(({ label }) => label));
  return (plan?.steps ?? [])
    .flatMap(({ label, reads }) => reads.map(({ step, input }) => ({ from: step, to: label, input })))
    .filter(({ from, to }) => shown.has(from) && shown.has(to));
}

function describeFailure({
  label,
  message,
  hint,
  where,
}: Extract<NotedEvent, { type: 'failure' }>['failure']): Report['failures'][number] {
  return {
    label: label ?? null,
    message,
    hint: hint ?? null,
    where: where === undefined ? null : `${where.file}:${String(where.line)}:${String(where.column)}`,
  };
}

async function curveOf(
  step: StepResult,
  record: RunRecord,
  previous: RunRecord | undefined,
  options: ReportOptions,
): Promise<Curve | undefined> {
  const making = await makingOf(step, record, options);
  const measured = readCurve(making?.events ?? eventsOf(record.events, step.label));
  if (measured === undefined) return undefined;
  const older = previous?.result.steps.find(({ label }) => label === step.label);
  const before =
    previous === undefined || older === undefined || older.fingerprint === step.fingerprint
      ? undefined
      : readCurve((await makingOf(older, previous, options))?.events ?? []);
  return {
    label: step.label,
    ...measured,
    measuredIn:
      making === undefined || (making.run === record.result.run && !making.elsewhere)
        ? null
        : { run: making.run, elsewhere: making.elsewhere },
    before:
      before === undefined || previous === undefined
        ? null
        : { run: previous.result.run, steps: before.steps, series: before.series },
  };
}

async function makingOf(
  step: StepResult,
  record: RunRecord,
  { workspace, keptResult, otherWorkspaces = [] }: ReportOptions,
): Promise<Making | undefined> {
  const { fingerprint } = step;
  if (fingerprint === null) return undefined;
  const kept = await keptResult(fingerprint, step);
  return findMaking(workspace, record, fingerprint, { made: kept?.run, others: otherWorkspaces });
}

function logOf(label: string, { folder }: RunRecord, workspace: string): Report['logs'] {
  const path = join(folder, 'steps', label.replaceAll(':', '-'), 'output.log');
  const tail = readTail(path, logBytes);
  if (tail === undefined || tail.size === 0) return [];
  return [{ label, path: relative(workspace, path), bytes: tail.size, tail: tail.text }];
}
