import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PipelineError } from '@temper/pipeline';
import { didYouMean } from '@temper/plan';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findLogged, findRun, findRunNumber, findRunOf, isRunName, logFile, readNotes } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';

export interface LogsFlags extends CommonOptions {
  /** The configuration, where a pipeline is named and not a run. */
  readonly config?: string;
  readonly follow?: boolean;
}

/** `temper logs RUN|PIPELINE STEP`: what a step printed; `-f` goes on until the step or the run has ended. */
export async function logsCommand(name: string, address: string, flags: LogsFlags): Promise<ExitCode> {
  const { places, terminal } = openSession(flags);
  const { workspace } = places;
  const run = isRunName(name)
    ? // Whoever names no run there is, is told which there are.
      (findRunNumber(workspace, name) ?? findRun(workspace, name).run)
    : (findLogged(workspace, name, { step: address, configuration: flags.config }) ??
      findRunOf(workspace, name, { configuration: flags.config }).run);
  const label = findLabel(workspace, run, address);
  const path = logFile(workspace, run, label);
  if (flags.json === true) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    terminal.json({
      schema: 'temper.logs/1',
      run,
      step: label,
      log: existsSync(path) ? relative(workspace, path) : null,
      lines,
    });
    return exitCode.done;
  }
  const hasEnded = (): boolean =>
    existsSync(join(workspace, '.temper', 'runs', String(run), 'result.json')) ||
    readNotes(workspace, run)?.steps.some((step) => step.label === label) === true;
  let written = 0;
  for (let ended = false; !ended;) {
    // Asked before reading: what is written between the last reading and the end would be lost otherwise.
    ended = flags.follow !== true || hasEnded();
    written = copyFrom(path, written);
    if (!ended) await pause(200);
  }
  if (written === 0) process.stderr.write(`${terminal.texts.noLog(label, run)}\n`);
  return exitCode.done;
}

function findLabel(workspace: string, run: number, address: string): string {
  const labels =
    readNotes(workspace, run)?.labels ?? findRun(workspace, String(run)).steps.map(({ label }) => label);
  if (labels.includes(address)) return address;
  throw new PipelineError('unknown-step', `run ${String(run)} has no step \`${address}\``, {
    hint: didYouMean(address, labels) ?? `its steps are ${labels.join(', ')}`,
  });
}

function copyFrom(path: string, offset: number): number {
  if (!existsSync(path)) return offset;
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(64 * 1024);
  let at = offset;
  try {
    for (
      let read = readSync(file, buffer, 0, buffer.length, at);
      read > 0;
      read = readSync(file, buffer, 0, buffer.length, at)
    ) {
      process.stdout.write(Buffer.from(buffer.subarray(0, read)));
      at += read;
    }
  } finally {
    closeSync(file);
  }
  return at;
}
