import { existsSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobFiles } from '../folder/names.ts';
import type { JobRequest } from '../job.ts';
import type { ToldFailure } from '../launcher-facts/verdict.ts';
import { wasInterrupted } from './interruption.ts';
import { mapStack } from './stack.ts';

export interface ExplainedFailure {
  readonly failure: ToldFailure;
  /** What goes into the log: the stack, in places of the source. */
  readonly log: string;
}

type Facts = Pick<JobRequest, 'entry' | 'stageFolder' | 'inputs' | 'outputs'>;

/** What an exception of a stage means: its own word, a file it may not read, a full disk, or plain code that failed. */
export function explainFailure(error: unknown, folder: string, request: Facts): ExplainedFailure {
  if (!(error instanceof Error)) {
    const message = `the stage threw ${(JSON.stringify(error) as string | undefined) ?? String(error)}, which is not an Error`;
    return { failure: { reason: 'code', message }, log: message };
  }
  const { stack, place } = mapStack(error, folder, request.entry);
  return { failure: told(error) ?? explain(error, place, folder, request), log: stack };
}

/** By name, not by class: the stage's bundle carries a JobError of its own. */
function told(error: Error): ToldFailure | undefined {
  if (wasInterrupted())
    return { reason: 'interrupted', message: `the job stopped when it was asked to: ${error.message}` };
  if (error.name !== 'JobError') return undefined;
  const { reason, hint } = error as Error & { reason: ToldFailure['reason']; hint?: string };
  return { reason, message: error.message, hint };
}

function explain(
  error: NodeJS.ErrnoException,
  place: string | undefined,
  folder: string,
  request: Facts,
): ToldFailure {
  const where = place === undefined ? '' : ` (${place})`;
  const undeclared = undeclaredFile(error, folder);
  if (undeclared !== undefined) return describeUndeclared(undeclared, where, request);
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    const message = `no space is left on the disk that holds the job's folder${where}`;
    return {
      reason: 'no-space',
      message,
      hint: 'free some space (`temper gc` shows what the store could give back)',
    };
  }
  const sentence = `${error.name}: ${error.message.split('\n')[0]}`;
  return { reason: 'code', message: sentence + where };
}

/** The job-relative path of a file that is missing because nobody declared it; undefined for any other error. */
function undeclaredFile(
  error: NodeJS.ErrnoException & { url?: string; requireStack?: readonly string[] },
  folder: string,
): string | undefined {
  let path: string;
  if (error.code === 'ENOENT' && error.path !== undefined) path = resolve(folder, error.path);
  else if (error.code === 'ERR_MODULE_NOT_FOUND' && error.url?.startsWith('file:'))
    path = fileURLToPath(error.url);
  else if (error.code === 'MODULE_NOT_FOUND' && error.requireStack?.[0] !== undefined) {
    // What a `require` of the stage's own looked for, as it was typed.
    const [, typed] = /^Cannot find module '(\.{0,2}\/[^']*)'/.exec(error.message) ?? [];
    if (typed === undefined) return undefined;
    path = resolve(dirname(error.requireStack[0]), typed);
  } else return undefined;
  const inside = relative(folder, path).split(sep).join('/');
  const [top = ''] = inside.split('/');
  const ours: readonly string[] = [
    jobFiles.inputs,
    jobFiles.outputs,
    jobFiles.checkpoint,
    jobFiles.temporary,
    '..',
    '',
  ];
  return ours.includes(top) || existsSync(path) ? undefined : inside;
}

function describeUndeclared(inside: string, where: string, request: Facts): ToldFailure {
  const prefix = `${jobFiles.code}/`;
  const name = inside.startsWith(prefix) ? inside.slice(prefix.length) : inside;
  const stage = request.stageFolder.slice(prefix.length);
  const message = `the stage read ${name}, which it does not declare${where}`;
  const beside = posix.relative(stage, name);
  // A path below the working folder was never meant to be one of the stage's own files.
  const hint = inside.startsWith(prefix)
    ? `declare it in ${stage}/stage.ts: files: ['${beside.startsWith('.') ? beside : `./${beside}`}']`
    : `a job sees only what its stage declares: list the file under \`files\` or as a pin, and ask job.file(…) or job.external(…) for its path`;
  return { reason: 'code', message, hint };
}
