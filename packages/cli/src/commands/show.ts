import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { labelFolder, type RunResult, type StepResult } from '@temper/run';
import { withTracking, type StepTracking } from '@temper/tracking/records';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun, findStep, logFile } from '../past.ts';
import { printCurves } from '../print/curves.ts';
import { bytes, duration } from '../print/format.ts';
import { table } from '../print/table.ts';
import type { Terminal } from '../print/terminal.ts';
import { openSession, type CommonOptions } from '../session.ts';

/** A run with, for each step, where its curves are. */
interface TrackedResult extends RunResult {
  readonly steps: readonly (StepResult & { readonly tracking?: StepTracking })[];
}

/** `temper show RUN [STEP]`: what happened, where the files are, what a step read and made. */
export function showCommand(name: string, address: string | undefined, flags: CommonOptions): ExitCode {
  const { terminal, places } = openSession(flags);
  const found = findRun(places.workspace, name);
  const run = { ...found, steps: withTracking(found.steps, places) };
  if (address === undefined) {
    if (flags.json === true) terminal.json(run);
    else showRun(run, terminal);
    return exitCode.done;
  }
  const step = findStep(run, address);
  const request = readRequest(places.workspace, run.run, step.label);
  const log = logFile(places.workspace, run.run, step.label);
  if (flags.json === true) {
    terminal.json({
      ...step,
      request: request ?? null,
      log: existsSync(log) ? relative(places.workspace, log) : null,
    });
  } else showStep(step, request, existsSync(log) ? relative(places.workspace, log) : undefined, terminal);
  return exitCode.done;
}

function showRun(run: TrackedResult, terminal: Terminal): void {
  const { texts } = terminal;
  terminal.line(
    terminal.colors.bold(texts.runTitle(run.pipeline, run.configuration, run.steps.length, run.run)),
  );
  const words = {
    ran: texts.wordRan,
    reused: texts.wordReused,
    failed: texts.outcomeFailed,
    skipped: texts.stepSkipped,
    cancelled: texts.stepCancelled,
  };
  const rows = run.steps.map((step) => [
    `  ${step.label}`,
    words[step.outcome],
    step.outcome === 'ran' || step.outcome === 'failed' ? duration(step.seconds) : '',
    Object.entries(step.outputs)
      .map(([output, { bytes: size }]) => `${output} ${bytes(size)}`)
      .join(', '),
    step.reasons.map(({ text }) => text).join(', '),
  ]);
  for (const line of table(rows)) terminal.line(line);
  for (const [name, { path }] of Object.entries(run.outputs)) terminal.line(`  ${texts.output(name, path)}`);
  printCurves(run.steps, terminal);
}

interface Request {
  readonly params: unknown;
  readonly inputs: readonly {
    readonly name: string;
    readonly kind: string;
    readonly digest: string;
    readonly size: number;
  }[];
}

function showStep(
  step: TrackedResult['steps'][number],
  request: Request | undefined,
  log: string | undefined,
  terminal: Terminal,
): void {
  const { texts, colors } = terminal;
  terminal.line(colors.bold(step.label));
  const rows: string[][] = [['  fingerprint', step.fingerprint ?? '-']];
  for (const reason of step.reasons) rows.push([`  ${reason.code}`, reason.text]);
  for (const input of request?.inputs ?? [])
    rows.push([`  ← ${input.name}`, input.kind, bytes(input.size), input.digest.slice(0, 16)]);
  for (const [name, output] of Object.entries(step.outputs)) {
    rows.push([`  → ${name}`, output.kind, bytes(output.bytes), output.digest.slice(0, 16), output.path]);
  }
  if (step.tracking !== undefined)
    rows.push([`  ${texts.tracking}`, step.tracking.url ?? step.tracking.folder]);
  if (log !== undefined) rows.push([`  ${texts.log}`, log]);
  for (const line of table(rows)) terminal.line(line);
  if (request !== undefined) terminal.line(colors.dim(indent(JSON.stringify(request.params, null, 2))));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** What the job was asked; a reused step of this run has none. */
function readRequest(workspace: string, run: number, label: string): Request | undefined {
  const path = join(workspace, '.temper', 'runs', String(run), 'steps', labelFolder(label), 'request.json');
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Request;
  } catch {
    throw new PipelineError('broken-request', `${relative(workspace, path)} is not JSON`);
  }
}
