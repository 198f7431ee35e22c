import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Fingerprint } from '@temper/fingerprint';
import { PipelineError } from '@temper/pipeline';
import { readMetrics } from '@temper/report';
import { labelFolder, type RunResult, type StepResult } from '@temper/run';
import type { Store } from '@temper/store';
import { withTracking, type StepTracking } from '@temper/tracking/records';
import { bytes, duration, figure } from '@temper/report/words';
import { exitCode, type ExitCode } from '../exit-code.ts';
import {
  findRun,
  findRunNumber,
  findRunOf,
  findStep,
  isRunName,
  logFile,
  readNotes,
  type UnfinishedRun,
} from '../past.ts';
import { printCurves } from '../print/curves.ts';
import { table } from '../print/table.ts';
import type { Terminal } from '../print/terminal.ts';
import { readTokenSummary, tokenSummaryLines, type TokenSummary } from '../print/token-summary.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { languageOf } from '../texts/catalogue.ts';

/** A run with, for each step, where its curves are. */
type Past = (RunResult | UnfinishedRun) & {
  readonly steps: readonly (StepResult & { readonly tracking?: StepTracking })[];
};

export interface ShowFlags extends CommonOptions {
  /** The configuration, where a pipeline is named and not a run. */
  readonly config?: string;
  /** Every sample, whole. */
  readonly samples?: boolean;
}

/**
 * `temper show RUN|PIPELINE [STEP]`: what happened, where the files are, what a step read and made; of `tokenize` also
 * what its rows look like.
 */
export async function showCommand(
  name: string,
  address: string | undefined,
  flags: ShowFlags,
): Promise<ExitCode> {
  const { terminal, places, store, environment } = openSession(flags);
  const { workspace } = places;
  const found = isRunName(name)
    ? findRunOrNotes(workspace, name)
    : findRunOf(workspace, name, { step: address, configuration: flags.config });
  const run: Past = { ...found, steps: withTracking(found.steps, places) };
  if (address === undefined) {
    if (flags.json === true) terminal.json({ ...run, metrics: readMetrics(places.workspace, run) });
    else {
      showRun(run, terminal);
      showMetrics(run, places.workspace, terminal);
    }
    return exitCode.done;
  }
  const step = findStep(run, address);
  const reading = readRequest(workspace, run.run, step.label) ?? (await readManifest(store, step));
  const file = logFile(workspace, run.run, step.label);
  const log = existsSync(file) ? relative(workspace, file) : null;
  const summary = summaryOf(step, workspace);
  if (flags.json === true) {
    terminal.json({ ...step, request: reading ?? null, log, ...(summary === undefined ? {} : { summary }) });
    return exitCode.done;
  }
  showStep(step, reading, log, terminal);
  if (summary === undefined) return exitCode.done;
  terminal.line('');
  const lines = tokenSummaryLines(summary, terminal, {
    language: flags.lang ?? languageOf(environment),
    all: flags.samples === true,
    command: `temper show ${String(run.run)} ${step.label} --samples`,
  });
  for (const line of lines) terminal.line(line);
  return exitCode.done;
}

/** The preview of rows that a step has left, if it is one that leaves one. */
function summaryOf(step: StepResult, workspace: string): TokenSummary | undefined {
  const output = Object.values(step.outputs).find(({ kind }) => kind === 'token summary');
  return output === undefined ? undefined : readTokenSummary(join(workspace, output.path, 'summary.json'));
}

function findRunOrNotes(workspace: string, name: string): RunResult | UnfinishedRun {
  try {
    return findRun(workspace, name);
  } catch (error) {
    const number = findRunNumber(workspace, name);
    const notes = number === undefined ? undefined : readNotes(workspace, number);
    if (notes === undefined) throw error;
    return notes;
  }
}

function showRun(run: Past, terminal: Terminal): void {
  const { texts, columns } = terminal;
  const labels = run.outcome === 'unfinished' ? run.labels : run.steps.map(({ label }) => label);
  terminal.line(
    terminal.colors.bold(texts.runTitle(run.pipeline, run.configuration, labels.length, run.run)),
  );
  const words = {
    ran: texts.wordRan,
    reused: texts.wordReused,
    failed: texts.outcomeFailed,
    skipped: texts.stepSkipped,
    cancelled: texts.stepCancelled,
  };
  const byLabel = new Map(run.steps.map((step) => [step.label, step]));
  const rows = labels.map((label) => {
    const step = byLabel.get(label);
    if (step === undefined) return [`  ${label}`, texts.outcomeUnfinished];
    return [
      `  ${label}`,
      words[step.outcome],
      step.outcome === 'ran' || step.outcome === 'failed' ? duration(step.seconds) : '',
      Object.entries(step.outputs)
        .map(([output, { bytes: size }]) => `${output} ${bytes(size)}`)
        .join(', '),
      step.reasons.map(({ text }) => texts.say(text)).join(', '),
    ];
  });
  for (const line of table(rows, columns)) terminal.line(line);
  if (run.outcome === 'unfinished') return;
  for (const [name, { path }] of Object.entries(run.outputs)) terminal.line(`  ${texts.output(name, path)}`);
  printCurves(run.steps, terminal);
}

/** What the evaluations of the run measured, found by the kind of their artifacts. */
function showMetrics(run: Past, workspace: string, terminal: Terminal): void {
  const rows = readMetrics(workspace, run).map(({ label, metrics }) => [
    `  ${label}`,
    Object.entries(metrics)
      .map(([name, { value }]) => `${name} ${figure(value)}`)
      .join('  '),
  ]);
  for (const line of table(rows)) terminal.line(line);
}

/** What a step read: from the request of its job, or, where it was reused, from the result's manifest. */
interface Reading {
  readonly params: unknown;
  readonly inputs: readonly {
    readonly name: string;
    readonly kind?: string;
    readonly digest: string;
    readonly size?: number;
  }[];
  /** When and where a result was made that this run reused. */
  readonly made?: {
    readonly at: string;
    readonly pipeline: string;
    readonly label: string;
    readonly seconds: number;
  };
}

function showStep(
  step: Past['steps'][number],
  reading: Reading | undefined,
  log: string | null,
  { texts, colors, columns, ...terminal }: Terminal,
): void {
  terminal.line(colors.bold(step.label));
  const facts: string[][] = [['  fingerprint', step.fingerprint ?? '-']];
  for (const reason of step.reasons) facts.push([`  ${reason.code}`, texts.say(reason.text)]);
  if (reading?.made !== undefined) {
    const { at, pipeline, label, seconds } = reading.made;
    facts.push([`  ${texts.wordReused}`, texts.madeBy(at, `${pipeline} ${label}`, duration(seconds))]);
  }
  if (step.tracking !== undefined)
    facts.push([`  ${texts.tracking}`, step.tracking.url ?? step.tracking.folder]);
  if (log !== null) facts.push([`  ${texts.log}`, log]);
  for (const line of table(facts, columns)) terminal.line(line);

  const artifacts = [
    ...(reading?.inputs ?? []).map(({ name, kind = '', digest, size }) => [
      `  ← ${name}`,
      kind,
      size === undefined ? '' : bytes(size),
      digest.slice(0, 16),
    ]),
    ...Object.entries(step.outputs).map(([name, { kind, bytes: size, digest }]) => [
      `  → ${name}`,
      kind,
      bytes(size),
      digest.slice(0, 16),
    ]),
  ];
  for (const line of table(artifacts, columns)) terminal.line(line);
  // A path that is cut is of no use, so places stand on lines of their own.
  for (const { path } of Object.values(step.outputs)) terminal.line(`    ${path}`);
  if (reading !== undefined) terminal.line(colors.dim(indent(JSON.stringify(reading.params, null, 2))));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** What the job was asked; a reused step of this run has none. */
function readRequest(workspace: string, run: number, label: string): Reading | undefined {
  const path = join(workspace, '.temper', 'runs', String(run), 'steps', labelFolder(label), 'request.json');
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Reading;
  } catch {
    throw new PipelineError('broken-request', `${relative(workspace, path)} is not JSON`);
  }
}

async function readManifest(store: Store, step: StepResult): Promise<Reading | undefined> {
  if (step.fingerprint === null) return undefined;
  const stored = await store.find(step.fingerprint as Fingerprint);
  if (stored === undefined) return undefined;
  const { ingredients, made } = stored.manifest;
  return {
    params: ingredients.params,
    inputs: Object.entries(ingredients.inputs).flatMap(([name, digests]) =>
      digests.map((digest) => ({ name, digest })),
    ),
    made: { at: made.at, pipeline: made.pipeline, label: made.label, seconds: made.seconds },
  };
}
