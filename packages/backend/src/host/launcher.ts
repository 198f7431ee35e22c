/**
 * The witness of a TypeScript job: starts the child, outlives it, and says how it ended. Run as
 * `node launcher.mjs CHILD JOBFOLDER`; the Node twin of the Python launcher, with the same files and verdicts. It is a
 * process of its own because the runner may be gone long before the job ends, and because a child that was killed
 * cannot say so. Everything is synchronous and built in: its start-up is paid by every job.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../folder/durable.ts';
import { jobFiles } from '../folder/names.ts';
import type { JobRequest, JobResult } from '../job.ts';
import { jobEnvironment } from '../launcher-facts/environment.ts';
import { OutOfMemoryKills, peakOf } from '../launcher-facts/memory.ts';
import { listOutputs, OutputError } from '../launcher-facts/outputs.ts';
import { failed, judge, parseFailure, type ToldFailure, type Verdict } from '../launcher-facts/verdict.ts';

type Request = Pick<
  JobRequest,
  | 'jobId'
  | 'attempt'
  | 'entry'
  | 'outputs'
  | 'resources'
  | 'checkpoint'
  | 'graceSeconds'
  | 'heartbeatSeconds'
  | 'environment'
  | 'secretNames'
>;

const started = performance.now();
const childScript = process.argv[2] ?? '';
const folder = realpathSync(process.argv[3] ?? '');
const request = JSON.parse(readFileSync(at(jobFiles.request), 'utf8')) as Request;
const kills = new OutOfMemoryKills();

/** Milliseconds between two looks at the cancel file and at the child's memory. */
const lookEvery = 100;

/** The first reason counts. */
let asked: 'cancelled' | 'preempted' | 'timeout' | undefined;
let askedAt = 0;
let peakMemory: number | undefined;

main();

function main(): void {
  for (const name of [jobFiles.log, jobFiles.outputs, jobFiles.temporary, request.checkpoint.path]) {
    mkdirSync(at(name), { recursive: true });
  }
  // An earlier attempt's last words would be taken for ours.
  for (const name of [jobFiles.failure, jobFiles.result]) rmSync(at(name), { force: true });
  process.on('SIGHUP', () => undefined);
  // Whoever cancels leaves the file, too; a signal alone is an engine that takes its machine back.
  const asking = (): void => ask(cancelRequest() === undefined ? 'preempted' : 'cancelled');
  process.on('SIGTERM', asking);
  process.on('SIGINT', asking);

  if (!existsSync(at(request.entry))) {
    finish(null, null, failed('could-not-start', `there is no ${request.entry} in the job's folder`));
    return;
  }
  const child = start();
  child.once('error', (error) =>
    finish(null, null, failed('could-not-start', `cannot start Node: ${error.message}`)),
  );
  const stop = watch(child);
  child.once('exit', (code, signal) => {
    stop();
    // Whoever cancels may also have killed the child at once, before we looked.
    if (cancelRequest() !== undefined) ask('cancelled');
    // What the child started in its group ends with it: nothing may write to the outputs any more.
    killGroup(child);
    finish(code, signal, judgeEnd(code, signal));
  });
}

function start(): ChildProcess {
  const out = openSync(at(jobFiles.out), 'a');
  const err = openSync(at(jobFiles.err), 'a');
  const child = spawn(process.execPath, [childScript], {
    cwd: folder,
    env: jobEnvironment(process.env, request, folder, at(jobFiles.temporary)),
    // A group of its own, so that one signal reaches all that the child leaves behind, and not us.
    detached: true,
    stdio: ['ignore', out, err],
  });
  closeSync(out);
  closeSync(err);
  return child;
}

/** Keeps the heartbeat, and ends the child when it has to end: asked once, killed with its group after the grace. */
function watch(child: ChildProcess): () => void {
  beat();
  const heartbeat = setInterval(beat, request.heartbeatSeconds * 1000);
  const limit = request.resources.seconds;
  const timeout = limit === null ? undefined : setTimeout(() => ask('timeout'), limit * 1000);
  let termed = false;
  const look = setInterval(() => {
    if (child.pid !== undefined) peakMemory = peakOf(child.pid) ?? peakMemory;
    const cancelled = cancelRequest();
    if (cancelled !== undefined) ask('cancelled');
    if (asked === undefined) return;
    // Only the child: its helpers would die of it before it has saved.
    if (!termed) termed = child.kill('SIGTERM');
    const grace = Math.min(request.graceSeconds, cancelled ?? Infinity);
    if (performance.now() - askedAt > grace * 1000) killGroup(child);
  }, lookEvery);
  return () => {
    clearInterval(heartbeat);
    clearInterval(look);
    clearTimeout(timeout);
  };
}

/** Seconds of grace when the cancel file is there; it may be empty and then leaves the grace to the request. */
function cancelRequest(): number | undefined {
  if (!existsSync(at(jobFiles.cancel))) return undefined;
  const text = readFileSync(at(jobFiles.cancel), 'utf8').trim();
  const seconds = Number(text);
  return text === '' || !Number.isFinite(seconds) ? Infinity : seconds;
}

function ask(reason: 'cancelled' | 'preempted' | 'timeout'): void {
  if (asked !== undefined) return;
  asked = reason;
  askedAt = performance.now();
}

function beat(): void {
  const path = at(jobFiles.heartbeat);
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    writeFileSync(path, '');
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

function judgeEnd(code: number | null, signal: NodeJS.Signals | null): Verdict {
  const memory = kills.seen(signal === 'SIGKILL') ? 'kernel' : ranOutOfHeap(signal) ? 'heap' : undefined;
  return judge({ code, signal, asked, told: toldFailure(), memory, seconds: request.resources.seconds });
}

function toldFailure(): ToldFailure | undefined {
  try {
    return parseFailure(readFileSync(at(jobFiles.failure), 'utf8'));
  } catch {
    return undefined;
  }
}

/** V8 aborts when its heap is full, after saying so on the error stream. */
function ranOutOfHeap(signal: NodeJS.Signals | null): boolean {
  if (signal !== 'SIGABRT' && signal !== 'SIGTRAP') return false;
  const bytes = Math.min(statSync(at(jobFiles.err)).size, 16_384);
  const file = openSync(at(jobFiles.err), 'r');
  const tail = Buffer.alloc(bytes);
  readSync(file, tail, 0, bytes, statSync(at(jobFiles.err)).size - bytes);
  closeSync(file);
  return tail.includes('JavaScript heap out of memory');
}

function finish(code: number | null, signal: NodeJS.Signals | null, ruling: Verdict): void {
  let verdict = ruling;
  let outputs: JobResult['outputs'] = [];
  if (verdict.outcome === 'succeeded') {
    try {
      outputs = listOutputs(folder, request.outputs);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      verdict = failed('code', error.message);
    }
  }
  const result: JobResult = {
    v: 1,
    jobId: request.jobId,
    attempt: request.attempt,
    ...verdict,
    exitCode: code,
    signal,
    outputs,
    peakMemory: peakMemory ?? null,
    seconds: Math.round(performance.now() - started) / 1000,
    versions: { node: process.versions.node },
  };
  writeDurably(at(jobFiles.result), `${JSON.stringify(result)}\n`);
  process.exit(verdict.outcome === 'succeeded' ? 0 : 1);
}

function at(name: string): string {
  return join(folder, name);
}
