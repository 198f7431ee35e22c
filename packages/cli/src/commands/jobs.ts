import { join, dirname } from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { EngineError, ownerLives, type Backend, type Handle } from '@temper/backend';
import { PipelineError } from '@temper/pipeline';
import { didYouMean } from '@temper/plan';
import { isAlive, type Holder } from '@temper/store';
import { openBackends } from '../backends.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { table } from '../print/table.ts';
import { openSession, type CommonOptions } from '../session.ts';

export interface JobsFlags extends CommonOptions {
  readonly clean?: boolean;
}

/**
 * `finished` has ended well and waits for the run that takes it in. `orphaned` runs for nobody: its runner is gone, and
 * no other works on its step.
 */
type State = 'running' | 'adopted' | 'orphaned' | 'finished' | 'failed' | 'unknown';

interface Job {
  readonly backend: Backend;
  readonly handle: Handle;
  readonly state: State;
}

/** A job that is asked to stop has this long for its checkpoint. */
const graceSeconds = 30;

/** `temper jobs [cancel JOB]`: what runs, for whom, and what was left behind; `--clean` ends and removes the latter. */
export async function jobsCommand(
  action: string | undefined,
  wanted: string | undefined,
  flags: JobsFlags,
): Promise<ExitCode> {
  const { terminal, places, environment } = openSession(flags);
  const { texts } = terminal;
  const jobs = await listJobs(openBackends(places, environment), (message) => {
    terminal.line(`${terminal.colors.yellow('!')} ${message}`);
  });
  if (action !== undefined && action !== 'cancel') {
    throw new PipelineError('unknown-action', `\`temper jobs ${action}\` is nothing that can be done`, {
      hint:
        didYouMean(action, ['cancel']) ??
        'it is `temper jobs`, `temper jobs --clean` or `temper jobs cancel JOB`',
    });
  }
  if (action === 'cancel') {
    const job = findJob(jobs, wanted);
    await stop(job);
    terminal.line(texts.jobStopped(job.handle.label));
    return exitCode.done;
  }
  if (flags.clean === true) {
    const left = jobs.filter(({ state }) => state === 'orphaned' || state === 'failed');
    for (const job of left) {
      await stop(job);
      await job.backend.dispose(job.handle);
      if (flags.json !== true) terminal.line(texts.jobRemoved(job.handle.label, job.state));
    }
    if (flags.json === true) terminal.json({ schema: 'temper.jobs/1', removed: left.map(describe) });
    else if (left.length === 0) terminal.line(texts.nothingToClean);
    return exitCode.done;
  }
  if (flags.json === true) terminal.json({ schema: 'temper.jobs/1', jobs: jobs.map(describe) });
  else if (jobs.length === 0) terminal.line(texts.noJobs);
  else {
    const words: Readonly<Record<State, string>> = {
      running: texts.jobRunning,
      adopted: texts.jobAdopted,
      orphaned: texts.jobOrphaned,
      finished: texts.jobFinished,
      failed: texts.jobFailed,
      unknown: texts.jobUnknown,
    };
    const rows = jobs.map(({ handle, state }) => [
      handle.jobId.slice(0, 8),
      handle.label,
      handle.backend,
      words[state],
      texts.jobOfRun(handle.run),
    ]);
    for (const line of table(rows)) terminal.line(line);
  }
  return exitCode.done;
}

async function listJobs(
  backends: readonly Backend[],
  warn: (message: string) => void,
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const backend of backends) {
    let handles: readonly Handle[] = [];
    try {
      handles = await backend.list();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // Who never had an engine has no containers either.
      if (error.reason !== 'engine-missing') warn(error.message);
    }
    for (const handle of handles) jobs.push({ backend, handle, state: await stateOf(backend, handle) });
  }
  return jobs.sort((left, right) => (left.handle.submittedAt < right.handle.submittedAt ? -1 : 1));
}

async function stateOf(backend: Backend, handle: Handle): Promise<State> {
  const status = await backend.status(handle);
  if (status === 'unknown') return 'unknown';
  // On another machine its runner may live, and is taken at its word.
  const attended = (await ownerLives(handle.owner)) !== false;
  const adopted = await isClaimed(handle);
  if (status === 'ended') {
    const { result, disagreement } = await backend.collect(handle);
    if (attended || adopted) return 'running';
    return result.outcome === 'succeeded' && disagreement === undefined ? 'finished' : 'failed';
  }
  return attended ? 'running' : adopted ? 'adopted' : 'orphaned';
}

/** Whether a living run works on the step of a job: its claim lies beside the job's folder. */
async function isClaimed({ folder }: Handle): Promise<boolean> {
  try {
    const text = await readFile(join(dirname(folder), 'claim.json'), 'utf8');
    return isAlive(JSON.parse(text) as Holder);
  } catch {
    return false;
  }
}

async function stop({ backend, handle }: Job): Promise<void> {
  await backend.cancel(handle, { graceSeconds });
  while (['running', 'queued'].includes(await backend.status(handle))) await pause(100);
}

function findJob(jobs: readonly Job[], wanted: string | undefined): Job {
  const ids = jobs.map(({ handle }) => handle.jobId.slice(0, 8));
  if (wanted === undefined)
    throw new PipelineError('missing-argument', '`temper jobs cancel` needs a job', {
      hint: ids.length === 0 ? 'there is none' : `the jobs are ${ids.join(', ')}`,
    });
  const found = jobs.filter(({ handle }) => handle.jobId.startsWith(wanted));
  const [job] = found;
  if (job !== undefined && found.length === 1) return job;
  throw new PipelineError(
    'unknown-job',
    found.length === 0 ? `there is no job \`${wanted}\`` : `\`${wanted}\` begins more than one job`,
    {
      hint:
        didYouMean(wanted, ids) ?? (ids.length === 0 ? 'there is none' : `the jobs are ${ids.join(', ')}`),
    },
  );
}

function describe({ handle, state }: Job) {
  const { jobId, label, backend, attempt, run, submittedAt, nativeId } = handle;
  return { job: jobId, label, state, backend, attempt, run: Number(run), submittedAt, nativeId };
}
