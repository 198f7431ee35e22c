/**
 * The process in which a TypeScript stage runs: `node child.mjs`, in the job's folder. Reads the request, imports the
 * bundle it names, and turns every way in which that may end into an exit code and `failure.json`. What only a failure
 * needs is loaded when one happens.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Implementation } from '@temper/pipeline/job';
import { exitCodes, jobFiles } from '../folder/names.ts';
import type { JobRequest } from '../job.ts';
import type { ToldFailure } from '../launcher-facts/verdict.ts';
import { createEventLog } from './events.ts';
import { createJob } from './job.ts';

const folder = process.env['TEMPER_JOB'] ?? process.cwd();
let finished = false;

const request = readRequest();
const events = createEventLog(join(folder, jobFiles.events));
events.append('hello', {
  pid: process.pid,
  device: 'cpu',
  versions: { node: process.versions.node },
  protocol: 1,
});

// A stage that leaves a promise for ever pending lets Node run out of things to do, and Node would call that success.
let idle = false;
process.on('beforeExit', () => {
  idle = true;
});
process.on('exit', (code) => {
  if (finished) return;
  const how = idle ? 'nothing was left to wait for' : `it called process.exit(${code})`;
  leave({
    reason: 'code',
    message: `the stage stopped before it was done: ${how}`,
    hint: idle
      ? 'await every promise that the stage starts'
      : 'return the outputs when they are written, and throw an error when the stage has to give up',
  });
  if (code === 0) process.exitCode = exitCodes.failed;
});
process.on('uncaughtException', (error) => void fail(error));

try {
  await main();
} catch (error) {
  await fail(error);
}

async function main(): Promise<void> {
  const module = (await import(pathToFileURL(join(folder, request.entry)).href)) as {
    default?: Partial<Implementation>;
  };
  const implementation = module.default;
  if (implementation?.type !== 'implementation' || implementation.run === undefined) {
    finish(exitCodes.failed, {
      reason: 'could-not-start',
      message: `${request.entry} has no default export made by implement(…)`,
    });
    return;
  }
  const written: unknown = await implementation.run(createJob(folder, request, events));
  const missing = request.outputs.find((output) => !saysWritten(written, output.name));
  if (missing !== undefined) {
    const message = `the stage ended without returning its output '${missing.name}'`;
    finish(exitCodes.failed, {
      reason: 'code',
      message,
      hint: `return { ${missing.name}: … } with what writeRows(…) or written() gave`,
    });
    return;
  }
  events.append('bye', {});
  finish(exitCodes.done);
}

function saysWritten(written: unknown, name: string): boolean {
  const proof = (written as Record<string, { written?: unknown } | undefined> | undefined)?.[name];
  return typeof proof?.written === 'string';
}

async function fail(error: unknown): Promise<void> {
  const { explainFailure } = await import('./failure.ts');
  const { failure, log } = explainFailure(error, folder, request);
  process.stderr.write(`${log}\n`);
  finish(failure.reason === 'interrupted' ? exitCodes.interrupted : exitCodes.failed, failure);
}

/** Exits at once: timers and servers that a stage forgot must not keep a finished job alive. */
function finish(code: number, failure?: ToldFailure): void {
  if (finished) return;
  finished = true;
  events.flush();
  if (failure !== undefined) leave(failure);
  process.exit(code);
}

function leave(failure: ToldFailure): void {
  try {
    writeFileSync(join(folder, jobFiles.failure), `${JSON.stringify(failure)}\n`);
  } catch (error) {
    // A full disk: what was printed is what is left.
    process.stderr.write(`cannot write ${jobFiles.failure}: ${String(error)}\n`);
  }
}

function readRequest(): JobRequest {
  try {
    const parsed = JSON.parse(readFileSync(join(folder, jobFiles.request), 'utf8')) as Omit<
      JobRequest,
      'v'
    > & { v: number };
    if (parsed.v === 1) return { ...parsed, v: 1 };
    process.stderr.write(`request.json has version ${String(parsed.v)}, expected 1\n`);
  } catch (error) {
    process.stderr.write(`cannot read the request of ${folder}: ${String(error)}\n`);
  }
  process.exit(exitCodes.badRequest);
}
