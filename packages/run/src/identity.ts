import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  environmentIdentity,
  externalHubDigest,
  externalKey,
  externalWheelDigest,
  kindCodes,
  parseDigest,
  pythonCode,
  typescriptCodes,
  type CodeIdentity,
  type Digest,
  type Ingredients,
  type Json,
  type KindIdentity,
  type StatCache,
} from '@temper/fingerprint';
import { PipelineError, type AnyKind, type Pin, type PythonEnvironment } from '@temper/pipeline';
import type { HubPin } from '@temper/pipeline/job';
import { lockedRepository, type LockedConfiguration, type Plan, type PlannedStep } from '@temper/plan';
import { hubPinOf } from './lock.ts';
import { likelyName } from './neighbours.ts';
import { RunRefused } from './failure.ts';
import { digestOutside } from './outside.ts';

/** Everything about a step that is known before its inputs are. */
export interface StepIdentity {
  readonly code: CodeIdentity;
  /** By output name. */
  readonly kinds: Readonly<Record<string, KindIdentity>>;
  readonly environment: EnvironmentIdentity | null;
  /** By canonical pin; undefined when something outside could not be resolved yet. */
  readonly externals: readonly ResolvedExternal[] | undefined;
}

/** A Python environment with the digest of its normalised lock. */
export interface EnvironmentIdentity {
  readonly declared: PythonEnvironment;
  readonly digest: Digest;
  /** Absolute path of the lock. */
  readonly lock: string;
  readonly lockText: string;
}

/** A pin with the digest of its content. */
export interface ResolvedExternal {
  readonly pin: Pin;
  readonly key: string;
  readonly digest: Digest;
  /** Absolute path for files and folders; undefined for one that is not here and is known from the lock alone. */
  readonly source: string | undefined;
  readonly hubPin: HubPin | undefined;
}

/** Finds the commit and files of a hub repository; undefined where nothing is known without a network. */
export type HubResolver = (pin: Extract<Pin, { type: 'hub' }>) => Promise<HubPin | undefined>;

/** Where the bytes of a wheel lie, fetched and verified; only asked when the step runs. */
export type WheelFetcher = (pin: Extract<Pin, { type: 'wheel' }>) => Promise<string>;

/**
 * Reads the code, the kinds, the environments and what is pinned for all steps of a plan, each source once.
 *
 * @throws PipelineError when a source does not parse or a pinned file is missing, with the place of the param.
 */
export async function identifySteps(
  plan: Plan,
  options: { readonly workspace: string; readonly stats: StatCache; readonly resolveHub: HubResolver },
): Promise<readonly StepIdentity[]> {
  const { workspace } = options;
  const locked = plan.lock?.configurations[plan.configuration];
  const [codes, kinds, environments] = await Promise.all([
    identifyCode(plan, workspace),
    identifyKinds(plan, workspace),
    identifyEnvironments(plan),
  ]);
  const identities: StepIdentity[] = [];
  for (const step of plan.steps) {
    identities.push({
      code: required(codes.get(codeKey(step))),
      kinds: Object.fromEntries(
        Object.entries<AnyKind>(step.definition.outputs).map(([output, kind]) => [
          output,
          required(kinds.get(kind.url + kind.kind)),
        ]),
      ),
      environment:
        step.implementation.type === 'python'
          ? required(environments.get(step.implementation.environment))
          : null,
      externals: await resolveExternals(step, { ...options, locked }),
    });
  }
  return identities;
}

/** The ingredients of a step's fingerprint; undefined while an external or an input is unknown. */
export function ingredientsOf(
  step: PlannedStep,
  identity: StepIdentity,
  inputs: readonly (readonly [input: string, digest: Digest])[],
): Ingredients | undefined {
  if (identity.externals === undefined) return undefined;
  const byName: Record<string, Digest[]> = {};
  for (const [input, digest] of inputs) (byName[input] ??= []).push(digest);
  return {
    stage: { name: step.stage, version: step.definition.version },
    code: identity.code.digest,
    kinds: Object.fromEntries(
      Object.entries(identity.kinds).map(([output, kind]) => [
        output,
        { kind: kind.kind, check: kind.digest },
      ]),
    ),
    environment: identity.environment?.digest ?? null,
    params: step.params as Json,
    inputs: byName,
    externals: Object.fromEntries(identity.externals.map(({ key, digest }) => [key, digest])),
  };
}

function codeKey(step: PlannedStep): string {
  return JSON.stringify([step.entry, step.implementation.files, step.definition.url]);
}

async function identifyCode(plan: Plan, workspace: string): Promise<ReadonlyMap<string, CodeIdentity>> {
  const codes = new Map<string, CodeIdentity>();
  const typescript = new Map<string, PlannedStep>();
  const python = new Map<string, PlannedStep>();
  for (const step of plan.steps)
    (step.implementation.type === 'host' ? typescript : python).set(codeKey(step), step);
  const declared = (step: PlannedStep): string[] => {
    const folder = dirname(fileURLToPath(step.definition.url));
    return step.implementation.files.map((file) => resolve(folder, file));
  };
  const bundled = await typescriptCodes(
    [...typescript.values()].map((step) => ({ entry: step.entry, files: declared(step) })),
    workspace,
  );
  for (const [index, key] of [...typescript.keys()].entries()) codes.set(key, required(bundled[index]));
  for (const [key, step] of python) {
    if (step.implementation.type !== 'python') continue;
    const { environment } = step.implementation;
    const folder = dirname(fileURLToPath(environment.url));
    codes.set(
      key,
      await pythonCode({
        entry: step.entry,
        roots: environment.roots.map((root) => resolve(folder, root)),
        files: declared(step),
        workspace,
      }),
    );
  }
  return codes;
}

async function identifyKinds(plan: Plan, workspace: string): Promise<ReadonlyMap<string, KindIdentity>> {
  const kinds = new Map<string, AnyKind>();
  for (const step of plan.steps) {
    for (const kind of Object.values<AnyKind>(step.definition.outputs)) kinds.set(kind.url + kind.kind, kind);
  }
  const identities = await kindCodes(
    [...kinds.values()].map((kind) => ({ path: fileURLToPath(kind.url), kind: kind.kind })),
    workspace,
  );
  return new Map([...kinds.keys()].map((key, index) => [key, required(identities[index])]));
}

/** The Python environments of a plan, each with the digest of its lock. */
export async function identifyEnvironments(
  plan: Plan,
): Promise<ReadonlyMap<PythonEnvironment, EnvironmentIdentity>> {
  const environments = new Map<PythonEnvironment, EnvironmentIdentity>();
  for (const { implementation } of plan.steps) {
    if (implementation.type !== 'python' || environments.has(implementation.environment)) continue;
    const declared = implementation.environment;
    const lock = fileURLToPath(new URL(declared.lock, declared.url));
    const lockText = await readFile(lock, 'utf8');
    environments.set(declared, { declared, digest: environmentIdentity(lockText), lock, lockText });
  }
  return environments;
}

async function resolveExternals(
  step: PlannedStep,
  options: {
    readonly workspace: string;
    readonly stats: StatCache;
    readonly resolveHub: HubResolver;
    readonly locked: LockedConfiguration | undefined;
  },
): Promise<readonly ResolvedExternal[] | undefined> {
  const resolved: ResolvedExternal[] = [];
  for (const pin of step.pins) {
    const key = externalKey(pin);
    if (pin.type === 'wheel') {
      resolved.push({ pin, key, digest: externalWheelDigest(pin), source: undefined, hubPin: undefined });
    } else if (pin.type === 'hub') {
      // What is locked is not asked again: that is what a lock is for, and why a plan needs no network.
      const repository = lockedRepository(options.locked, pin);
      const hubPin =
        repository === undefined
          ? await options.resolveHub(pin).catch((error: unknown) => {
              throw unresolved(step, error);
            })
          : hubPinOf(repository);
      if (hubPin === undefined) return undefined;
      resolved.push({
        pin,
        key,
        digest: externalHubDigest(hubPin),
        source: undefined,
        hubPin,
      });
    } else {
      const source = await realpath(resolve(options.workspace, pin.path)).catch(() => undefined);
      const locked = options.locked?.[pin.type === 'file' ? 'files' : 'folders'][pin.path];
      const unfit = source === undefined ? undefined : await whatElse(source, pin.type);
      if (unfit !== undefined) throw unreadable(step, pin, `${unfit}, not a ${pin.type}`);
      if (source === undefined && locked === undefined) {
        const likely = await likelyName(resolve(options.workspace, pin.path));
        const path = likely === undefined ? undefined : posix.join(posix.dirname(pin.path), likely);
        throw unreadable(step, pin, `there is no such ${pin.type}`, path);
      }
      const digest =
        source === undefined ? parseDigest(locked ?? '') : await digestOutside(pin, source, options.stats);
      resolved.push({ pin, key, digest, source, hubPin: undefined });
    }
  }
  return resolved;
}

/** What lies at a path in the place of a file or a folder. */
async function whatElse(source: string, due: 'file' | 'folder'): Promise<string | undefined> {
  const found = await stat(source);
  if (due === 'file' ? found.isFile() : found.isDirectory()) return undefined;
  if (found.isDirectory()) return 'that is a folder';
  return found.isFile() ? 'that is a file' : 'that is a device or a pipe';
}

/**
 * What a step should read from outside and cannot, told where it was named.
 *
 * @param meant The path that was probably meant.
 */
function unreadable(
  step: PlannedStep,
  pin: Extract<Pin, { type: 'file' | 'folder' }>,
  why: string,
  meant?: string,
): PipelineError {
  const origin = [...step.origins].find(([path]) => path === 'path' || path.endsWith('.path'))?.[1];
  const where = origin?.from === 'configuration' || origin?.from === 'pipeline' ? origin.where : undefined;
  const paths =
    meant === undefined ? 'paths are relative to the workspace’s root' : `did you mean \`${meant}\`?`;
  // What --set says stands in no file.
  return new PipelineError(`${pin.type}-not-found`, `${step.label} reads ${pin.path}, and ${why}`, {
    where: where ?? (origin?.from === 'set' ? undefined : step.where),
    hint: origin?.from === 'set' ? `it was set by \`--set ${origin.text}\`; ${paths}` : paths,
  });
}

/** What a hub refuses, with the place of the param that names the repository. */
function unresolved(step: PlannedStep, error: unknown): unknown {
  const { reason, message, hint } = error as { reason?: string; message: string; hint?: string };
  const origin = step.origins.get('repo');
  const where =
    (origin?.from === 'configuration' || origin?.from === 'pipeline' ? origin.where : undefined) ??
    step.where;
  if (error instanceof PipelineError) {
    return new PipelineError(error.code, `${step.label}: ${message}`, { where, hint, cause: error });
  }
  if (reason === undefined) return error;
  const failure = { type: 'surroundings', reason, label: step.label, where, hint } as const;
  return new RunRefused({ ...failure, message: `${step.label}: ${message}` }, { cause: error });
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('an identity is missing');
  return value;
}
