import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PipelineError } from '@temper/pipeline';
import { type Place } from '@temper/pipeline';
import type { Failure } from '@temper/run';
import type { Colors } from './colors.ts';
import { width } from './width.ts';
import type { Texts } from '../texts/catalogue.ts';

/** How many lines of a step's log are shown under a failure. */
const tailLines = 15;

export interface ProblemStyle {
  readonly workspace: string;
  readonly colors: Colors;
  readonly texts: Texts;
}

/** A wrong declaration: what, where with the line and a squiggle, and what to do. */
export function printPipelineError(error: PipelineError, style: ProblemStyle): string {
  return block(error.message, { where: error.where, hint: error.hint }, style);
}

/** A failure of a run, with its log's last lines where it has one. */
export function printFailure(failure: Failure, style: ProblemStyle): string {
  const { colors, texts } = style;
  const lines = [block(failure.message, failure, style)];
  if (failure.type === 'job' || failure.type === 'artifact-refused') {
    lines.push(`  ${texts.log}:  ${failure.log}`);
    const tail = saysItself(failure) ? [] : readTail(resolve(style.workspace, failure.log));
    if (tail.length > 0)
      lines.push(
        colors.dim(`  ${texts.logTail(tail.length)}`),
        ...tail.map((line) => colors.dim(`  │ ${line}`)),
      );
  }
  if (failure.type === 'bug') lines.push(`  ${texts.bug}`, colors.dim(failure.stack ?? ''));
  return lines.join('\n');
}

/** For these a stage ends in words of its own, and with a stack behind them. */
const ownWords: readonly string[] = ['bad-input', 'user-error', 'gate', 'gpu-out-of-memory', 'preempted'];

/** Whether a stage has given up in its own words: then its log ends with the same words, and a stack that helps nobody. */
function saysItself(failure: Failure): boolean {
  return failure.type === 'job' && ownWords.includes(failure.reason);
}

function block(
  message: string,
  details: { where?: Place | undefined; hint?: string | undefined },
  style: ProblemStyle,
): string {
  const { colors, texts } = style;
  const lines = [`${colors.red('✗')} ${texts.say(message)}`];
  if (details.where !== undefined) lines.push(...codeFrame(details.where, style));
  if (details.hint !== undefined) lines.push(`  ${texts.hint}: ${texts.say(details.hint)}`);
  return lines.join('\n');
}

function codeFrame(place: Place, { workspace, colors }: ProblemStyle): readonly string[] {
  const lines = [`    ${colors.cyan(`${place.file}:${String(place.line)}:${String(place.column)}`)}`];
  const source = readLine(resolve(workspace, place.file), place.line);
  if (source === undefined) return lines;
  const indent = width(source.slice(0, place.column - 1).replaceAll('\t', '  '));
  const rest = source.slice(place.column - 1);
  // A stack tells where something begins; the word that stands there is what is meant.
  const marked = place.length === undefined ? (/^[\w$]+/.exec(rest)?.[0] ?? '') : rest.slice(0, place.length);
  lines.push(
    `    ${source.replaceAll('\t', '  ')}`,
    `    ${' '.repeat(indent)}${colors.red('~'.repeat(Math.max(1, width(marked))))}`,
  );
  return lines;
}

function readLine(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}

function readTail(path: string): readonly string[] {
  try {
    const text = readFileSync(path, 'utf8').trimEnd();
    // Control characters would move the cursor of whoever reads this in a terminal.
    return text === ''
      ? []
      : text
          .split('\n')
          .slice(-tailLines)
          .map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '·'));
  } catch {
    return [];
  }
}
