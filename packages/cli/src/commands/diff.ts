import { explain, type Fingerprint } from '@temper/fingerprint';
import { changedParams, readMetrics, readRecord, type ParamChange } from '@temper/report';
import type { RunResult } from '@temper/run';
import type { Manifest, Store } from '@temper/store';
import { duration, figure } from '@temper/report/words';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun } from '../past.ts';
import { table } from '../print/table.ts';
import { openSession, type CommonOptions, type Session } from '../session.ts';

interface StepDifference {
  readonly label: string;
  readonly fingerprints: readonly [string | null, string | null];
  /** What of its ingredients differs; empty where the store no longer holds one of the two results. */
  readonly reasons: readonly {
    readonly code: string;
    readonly path?: string | undefined;
    readonly text: string;
  }[];
  readonly seconds: readonly [number | null, number | null];
}

interface MetricDifference {
  readonly label: string;
  readonly metric: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly better: 'lower' | 'higher';
}

/** What differs between two runs, and nothing else. */
interface RunDifference {
  readonly schema: 'temper.diff/1';
  readonly runs: readonly [number, number];
  readonly params: readonly ParamChange[] | null;
  readonly steps: readonly StepDifference[];
  readonly metrics: readonly MetricDifference[];
  readonly outputs: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** `temper diff RUN RUN`: what differs between two runs, and nothing else. */
export async function diffCommand(first: string, second: string, flags: CommonOptions): Promise<ExitCode> {
  const session = openSession(flags);
  const { terminal, places, store } = session;
  const before = findRun(places.workspace, first);
  const after = findRun(places.workspace, second);
  const difference: RunDifference = {
    schema: 'temper.diff/1',
    runs: [before.run, after.run],
    params: changedParams(
      readRecord(places.workspace, before.run)?.plan,
      readRecord(places.workspace, after.run)?.plan,
    ),
    steps: await differingSteps(before, after, store),
    metrics: differingMetrics(places.workspace, before, after),
    outputs: differingOutputs(before, after),
  };
  if (flags.json === true) terminal.json(difference);
  else print(difference, session);
  return exitCode.done;
}

async function differingSteps(
  before: RunResult,
  after: RunResult,
  store: Store,
): Promise<readonly StepDifference[]> {
  const labels = [...new Set([...before.steps, ...after.steps].map(({ label }) => label))];
  const differing: StepDifference[] = [];
  for (const label of labels) {
    const [left, right] = [before, after].map(({ steps }) => steps.find((step) => step.label === label));
    if (left?.fingerprint === right?.fingerprint) continue;
    const [kept, now] = await Promise.all([left, right].map((step) => manifestOf(step?.fingerprint, store)));
    differing.push({
      label,
      fingerprints: [left?.fingerprint ?? null, right?.fingerprint ?? null],
      reasons: kept === undefined || now === undefined ? [] : explain(explained(kept), explained(now)),
      seconds: [kept?.made.seconds ?? null, now?.made.seconds ?? null],
    });
  }
  return differing;
}

async function manifestOf(
  fingerprint: string | null | undefined,
  store: Store,
): Promise<Manifest | undefined> {
  return fingerprint == null ? undefined : (await store.history(fingerprint as Fingerprint)).at(-1)?.manifest;
}

function explained({ ingredients, source, kinds, environment }: Manifest): Parameters<typeof explain>[0] {
  return { ingredients, source, kinds, environment: environment ?? undefined };
}

function differingMetrics(
  workspace: string,
  before: RunResult,
  after: RunResult,
): readonly MetricDifference[] {
  const [left, right] = [before, after].map((run) => readMetrics(workspace, run));
  const labels = [...new Set([...(left ?? []), ...(right ?? [])].map(({ label }) => label))];
  return labels.flatMap((label) => {
    const [old, now] = [left, right].map((all) => all?.find((step) => step.label === label)?.metrics ?? {});
    return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].flatMap((metric) => {
      const [one, other] = [old?.[metric], now?.[metric]];
      const better = (other ?? one)?.better ?? 'lower';
      return one?.value === other?.value
        ? []
        : [{ label, metric, before: one?.value ?? null, after: other?.value ?? null, better }];
    });
  });
}

function differingOutputs(before: RunResult, after: RunResult): RunDifference['outputs'] {
  return [...new Set([...Object.keys(before.outputs), ...Object.keys(after.outputs)])]
    .map((name) => ({
      name,
      before: before.outputs[name]?.digest ?? null,
      after: after.outputs[name]?.digest ?? null,
    }))
    .filter((output) => output.before !== output.after);
}

function print({ runs, params, steps, metrics, outputs }: RunDifference, { terminal }: Session): void {
  const { texts, colors } = terminal;
  if (steps.length === 0 && metrics.length === 0 && outputs.length === 0 && (params ?? []).length === 0) {
    terminal.line(texts.diffNothing(runs[0], runs[1]));
    return;
  }
  const absent = '-';
  const section = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    terminal.line(colors.bold(title));
    for (const line of table([['', String(runs[0]), String(runs[1])], ...rows])) terminal.line(`  ${line}`);
  };
  section(
    texts.diffParams,
    (params ?? []).map(({ label, path, before, after }) => [
      `${label} ${path}`.trim(),
      before ?? absent,
      after ?? absent,
    ]),
  );
  section(
    texts.diffMetrics,
    metrics.map(({ label, metric, before, after, better }) => [
      `${label} ${metric}`,
      before === null ? absent : figure(before),
      after === null ? absent : figure(after),
      before === null || after === null
        ? ''
        : after < before === (better === 'lower')
          ? colors.green(texts.diffBetter)
          : colors.red(texts.diffWorse),
    ]),
  );
  section(
    texts.diffSteps,
    steps.map(({ label, seconds, reasons }) => [
      label,
      seconds[0] === null ? absent : duration(seconds[0]),
      seconds[1] === null ? absent : duration(seconds[1]),
      reasons.map(({ text }) => text).join(', '),
    ]),
  );
  section(
    texts.diffOutputs,
    outputs.map(({ name, before, after }) => [
      name,
      before?.slice(0, 12) ?? absent,
      after?.slice(0, 12) ?? absent,
    ]),
  );
}
