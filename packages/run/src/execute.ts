import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  assembleJobFolder,
  readHandle,
  waitForJob,
  type Backend,
  type Ended,
  type Handle,
  type JobRequest,
} from '@temper/backend';
import type { Fingerprint, Ingredients, StatCache } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import { self, StoreError, type Claim, type Store, type Stored, type StoredOutput } from '@temper/store';
import type { Checker } from './check.ts';
import type { EventListener } from './event.ts';
import type { Failure } from './failure.ts';
import type { StepIdentity, WheelFetcher } from './identity.ts';
import { hear, nothingTold, runEventOf, type Told } from './job-events.ts';
import { failureOfJob } from './job-failure.ts';
import { createJobRequest, graceSeconds, withoutPaths, type BoundInput } from './job-request.ts';
import { changedOutside, noteOutside } from './outside.ts';
import { sourceOf } from './reasons.ts';
import type { RunFolder } from './run-folder.ts';
import { sourceMapFile } from './source-map.ts';

/** A step with everything that is known of it once its inputs are. */
export interface ReadyStep {
  readonly step: PlannedStep;
  readonly identity: StepIdentity;
  readonly fingerprint: Fingerprint;
  readonly ingredients: Ingredients;
  readonly inputs: readonly BoundInput[];
  /** Run it although the store has its result. */
  readonly forced: boolean;
}

/** Everything that executing a step needs besides the step. */
export interface Executing {
  readonly workspace: string;
  readonly pipeline: string;
  readonly configuration: string;
  readonly store: Store;
  readonly stats: StatCache;
  readonly backendFor: (step: PlannedStep) => Backend;
  readonly checker: Checker;
  readonly runFolder: RunFolder;
  readonly emit: EventListener;
  readonly signal: AbortSignal;
  readonly fetchWheel: WheelFetcher;
  /** How many GPUs this machine has. */
  readonly gpus: number;
  /** The most memory that a job of a Python stage may take, in bytes; without it there is no limit. */
  readonly memory?: number | null;
  /** Variables that a stage with a network may see. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
}

/** How the execution of a step ended. */
export type Execution =
  | { readonly outcome: 'ran'; readonly stored: Stored }
  | { readonly outcome: 'reused'; readonly stored: Stored }
  | { readonly outcome: 'failed'; readonly failure: Failure }
  | { readonly outcome: 'cancelled' };

const claimPollMilliseconds = 200;

/**
 * Executes one step: claims its fingerprint, adopts or submits a job, and publishes what it made after every output
 * passed its kind's check. Whoever loses the race for the claim gets the winner's result.
 */
export async function executeStep(ready: ReadyStep, executing: Executing): Promise<Execution> {
  const { store, emit, signal } = executing;
  for (let waited = false; ; waited = true) {
    const claim = await store.claim(ready.fingerprint);
    if ('heldBy' in claim) {
      if (!waited)
        emit({
          type: 'step-waiting',
          label: ready.step.label,
          for: `process ${String(claim.heldBy.pid)}`,
        });
      if (signal.aborted) return { outcome: 'cancelled' };
      await pause(claimPollMilliseconds);
      continue;
    }
    let workIsDone = false;
    try {
      // Somebody may have finished this very step between our decision and our claim.
      const there = waited || !ready.forced ? await store.find(ready.fingerprint) : undefined;
      const execution: Execution =
        there === undefined ? await work(ready, claim, executing) : await reuse(there, executing);
      workIsDone = execution.outcome === 'ran' || execution.outcome === 'reused';
      return execution;
    } catch (error) {
      // Whoever took the step over while this process stood still makes its result, and we wait for it like others.
      if (!(error instanceof StoreError) || error.problem !== 'lost-claim') throw error;
    } finally {
      await claim.release({ removeWork: workIsDone });
    }
  }
}

async function reuse(stored: Stored, { store }: Executing): Promise<Execution> {
  for (const output of Object.values(stored.manifest.outputs))
    await store.materialise(output, { found: true });
  return { outcome: 'reused', stored };
}

/** Has the job done, and judges and publishes what it made. The claim is held throughout. */
async function work(ready: ReadyStep, claim: Claim, executing: Executing): Promise<Execution> {
  const { step } = ready;
  const { runFolder, emit, signal } = executing;
  const backend = executing.backendFor(step);
  const folder = join(claim.workFolder, 'job');
  const adopted = await adopt(folder, backend);
  if (adopted !== undefined)
    emit({ type: 'step-adopted', label: step.label, run: Number(adopted.request.run) });
  const { handle, request } = adopted ?? (await submit(ready, folder, backend, claim, executing));
  await writeFile(
    join(runFolder.step(step.label), 'request.json'),
    `${JSON.stringify(withoutPaths(request), null, 2)}\n`,
  );

  const told = nothingTold();
  const ended = await waitForJob(backend, handle, {
    signal,
    graceSeconds,
    onEvent(event) {
      hear(told, event);
      const runEvent = runEventOf(step.label, event);
      if (runEvent !== undefined) emit(runEvent);
    },
    onLog(stream, bytes) {
      runFolder.appendLog(step.label, bytes);
      emit({ type: 'step-log', label: step.label, stream, text: Buffer.from(bytes).toString('utf8') });
    },
  });
  const { result } = ended;
  emit({ type: 'job-ended', label: step.label, seconds: result.seconds, peakMemory: result.peakMemory });
  const execution =
    ended.disagreement === undefined && result.outcome === 'succeeded'
      ? await accept(ready, request, ended, { folder, told, claim }, executing)
      : await unsuccessful(ready, ended, { folder, told }, executing);
  // Not in a `finally`: whoever lost the claim meanwhile has lost the job to its new holder too.
  await backend.dispose(handle);
  return execution;
}

/** Judges what a job made, and publishes it. */
async function accept(
  ready: ReadyStep,
  request: JobRequest,
  ended: Ended,
  { folder, told, claim }: { folder: string; told: Told; claim: Claim },
  executing: Executing,
): Promise<Execution> {
  const failure =
    (await judgeOutputs(ready, request, folder, executing)) ??
    (await judgeOutside(ready, ended, claim, executing)) ??
    (await judgeInputs(ready, ended, executing));
  if (failure !== undefined) return { outcome: 'failed', failure };
  await claim.assertHeld();
  const outputs = await takeOutputs(request, ended, folder, executing);
  // That may have taken minutes, in which this process can have stood still.
  await claim.assertHeld();
  return { outcome: 'ran', stored: await publish(ready, outputs, ended, told, executing) };
}

async function unsuccessful(
  { step }: ReadyStep,
  ended: Ended,
  { folder, told }: { folder: string; told: Told },
  { runFolder, signal }: Executing,
): Promise<Execution> {
  const failure = await failureOfJob(step, ended, runFolder.logOf(step.label), folder, told.checkpoint);
  if (failure.reason === 'no-space') {
    // What it wrote is what filled the disk; only its checkpoints are worth the room.
    for (const name of ['out', 'tmp']) await rm(join(folder, name), { recursive: true, force: true });
  }
  return ended.result.reason === 'cancelled' && signal.aborted
    ? { outcome: 'cancelled' }
    : { outcome: 'failed', failure };
}

/** The failure of the first output that its kind refuses. */
async function judgeOutputs(
  { step, identity }: ReadyStep,
  request: JobRequest,
  folder: string,
  { checker, runFolder }: Executing,
): Promise<Failure | undefined> {
  for (const output of request.outputs) {
    const kind = identity.kinds[output.name];
    if (kind === undefined) throw new Error(`no kind for the output ${output.name}`);
    const objection = await checker.check(kind, join(folder, output.path));
    if (objection === undefined) continue;
    return {
      type: 'artifact-refused',
      output: output.name,
      kind: output.kind,
      label: step.label,
      where: step.where,
      message: `the output \`${output.name}\` of ${step.label} is not what its kind “${output.kind}” asks for: ${objection.message}`,
      hint: objection.hint,
      log: runFolder.logOf(step.label),
    };
  }
  return undefined;
}

/** The failure of a job whose files from outside were changed while it read them. */
async function judgeOutside(
  { step, identity }: ReadyStep,
  ended: Ended,
  claim: Claim,
  { stats, runFolder }: Executing,
): Promise<Failure | undefined> {
  const changed = await changedOutside(identity, claim.workFolder, stats);
  if (changed === undefined) return undefined;
  return {
    type: 'job',
    reason: 'bad-input',
    label: step.label,
    where: step.where,
    message: `${changed} changed while ${step.label} was at work, so what it made belongs to neither state`,
    hint: 'run again when nobody writes to it any more',
    log: runFolder.logOf(step.label),
    seconds: ended.result.seconds,
  };
}

/** The failure of a job that wrote into what it was given to read. */
async function judgeInputs(
  { step, inputs }: ReadyStep,
  ended: Ended,
  { store, runFolder }: Executing,
): Promise<Failure | undefined> {
  for (const { input, output } of inputs) {
    const [damage] = await store.checkUntouched([output]);
    if (damage === undefined) continue;
    return {
      type: 'job',
      reason: 'user-error',
      label: step.label,
      where: step.where,
      message: `${step.label} wrote into its input \`${input}\`: ${damage.message}`,
      hint: 'copy what you want to change into an output; the changed input was put into quarantine',
      log: runFolder.logOf(step.label),
      seconds: ended.result.seconds,
    };
  }
  return undefined;
}

/** Takes what a job made into the store, when it is what the job wrote. */
async function takeOutputs(
  request: JobRequest,
  { result }: Ended,
  folder: string,
  { store }: Executing,
): Promise<Readonly<Record<string, StoredOutput>>> {
  const outputs: Record<string, StoredOutput> = {};
  for (const { name, path, kind } of request.outputs) {
    const stored = await store.ingest(join(folder, path), kind);
    const told = result.outputs.find((listed) => listed.name === name);
    if (told?.files !== stored.files.length || told.bytes !== stored.bytes) {
      const size = (files = 0, bytes = 0): string => `${String(files)} files with ${String(bytes)} bytes`;
      throw new StoreError(
        'refused',
        `the output \`${name}\` is ${size(stored.files.length, stored.bytes)}, and its job wrote ${size(told?.files, told?.bytes)}`,
        { hint: 'something wrote to it after the job had ended; run again' },
      );
    }
    outputs[name] = stored;
  }
  return outputs;
}

function publish(
  { step, identity, fingerprint, ingredients }: ReadyStep,
  outputs: Readonly<Record<string, StoredOutput>>,
  { result }: Ended,
  { device, resumedFrom }: Told,
  { store, pipeline, configuration, runFolder, backendFor }: Executing,
): Promise<Stored> {
  return store.publish({
    fingerprint,
    ingredients,
    outputs,
    made: {
      at: new Date().toISOString(),
      seconds: result.seconds,
      run: String(runFolder.number),
      pipeline,
      configuration,
      label: step.label,
      backend: backendFor(step).name,
      attempt: result.attempt,
      resumedFrom,
      versions: result.versions ?? {},
      device,
    },
    ...sourceOf(identity),
  });
}

/** A job of this fingerprint that an earlier runner left behind, still running or ended. */
async function adopt(
  folder: string,
  backend: Backend,
): Promise<{ handle: Handle; request: JobRequest } | undefined> {
  const handle = await readHandle(folder);
  if (handle?.backend !== backend.name) return undefined;
  // What a job wrote before the machine went down may never have reached the disk, whatever its result says.
  if (handle.host === self().host && handle.bootId !== self().bootId) return undefined;
  const request = await readRequest(folder);
  if (request === null) return undefined;
  const status = await backend.status(handle);
  if (status === 'running' || status === 'queued') return { handle, request };
  if (status !== 'ended') return undefined;
  const ended = await backend.collect(handle);
  // A job that failed is history: this run tries again, from its checkpoint where it left one.
  return ended.disagreement === undefined && ended.result.outcome === 'succeeded'
    ? { handle, request }
    : undefined;
}

async function submit(
  { step, identity, fingerprint, inputs }: ReadyStep,
  folder: string,
  backend: Backend,
  claim: Claim,
  { workspace, store, runFolder, fetchWheel, gpus, memory, networkEnvironment }: Executing,
): Promise<{ handle: Handle; request: JobRequest }> {
  const sourceMap = sourceMapFile(step, identity, workspace);
  // Told where it is waited for, if anything else goes wrong before.
  sourceMap.catch(() => undefined);
  const earlier = await readRequest(folder);
  const request = await createJobRequest(step, identity, {
    fingerprint,
    inputs,
    attempt: (earlier?.attempt ?? 0) + 1,
    run: runFolder.number,
    store,
    fetchWheel,
    gpus,
    memory,
    networkEnvironment,
  });
  await mkdir(folder, { recursive: true });
  await noteOutside(identity, claim.workFolder);
  await claim.assertHeld();
  await assembleJobFolder(folder, request, {
    files: [...identity.code.content, ...(await sourceMap)],
    packages: identity.code.language === 'typescript' ? resolve(workspace, 'node_modules') : undefined,
  });
  return { handle: await backend.submit(request, folder), request };
}

async function readRequest(folder: string): Promise<JobRequest | null> {
  const text = await readFile(join(folder, 'request.json'), 'utf8').catch(() => 'null');
  return JSON.parse(text) as JobRequest | null;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
