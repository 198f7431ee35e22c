import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fingerprintFormat } from '@temper/fingerprint';
import type { Pin } from '@temper/pipeline';
import type { HubPin } from '@temper/pipeline/job';
import {
  lockedRepository,
  repositoryKey,
  type LockedConfiguration,
  type LockedRepository,
  type Plan,
} from '@temper/plan';
import type { Failure } from './failure.ts';
import type { StepIdentity } from './identity.ts';

/** One thing that a lock says otherwise than it is. */
export interface Drift {
  readonly what: 'key-format' | 'file' | 'folder' | 'hub' | 'environment' | 'image';
  /** The path, repository or environment. */
  readonly name: string;
  /** What the lock holds; null for something it does not know. */
  readonly locked: string | null;
  /** What it is now; null for something that nothing reads any more. */
  readonly now: string | null;
  /** A sentence for people. */
  readonly text: string;
}

/** The lock's section for a plan as everything is now. Undefined while something outside could not be looked up. */
export async function lockSection(
  plan: Plan,
  identities: readonly StepIdentity[],
): Promise<LockedConfiguration | undefined> {
  const files: Record<string, string> = {};
  const folders: Record<string, string> = {};
  const hub = new Map<string, LockedRepository>();
  const environments: Record<string, string> = {};
  const images: Record<string, string> = {};
  for (const { externals, environment } of identities) {
    if (externals === undefined) return undefined;
    for (const { pin, digest, hubPin } of externals) {
      if (pin.type === 'file') files[pin.path] = digest;
      else if (pin.type === 'folder') folders[pin.path] = digest;
      else if (pin.type === 'hub' && hubPin !== undefined) {
        const repository = lockedFrom(hubPin, pin);
        hub.set(repositoryKey(repository), repository);
      }
    }
    if (environment !== null) {
      environments[environment.declared.name] = environment.digest;
      Object.assign(images, namedByDigest(plan.settings.container?.base), await baseImages(environment.lock));
    }
  }
  return { files, folders, hub: [...hub.values()], environments, images };
}

/**
 * What a lock says otherwise than it is, in a fixed order. A plan whose configuration is not locked has no drift: what
 * nobody pinned cannot have moved.
 */
export async function lockDrift(plan: Plan, identities: readonly StepIdentity[]): Promise<readonly Drift[]> {
  const locked = plan.lock?.configurations[plan.configuration];
  if (plan.lock === undefined || locked === undefined) return [];
  const drift: Drift[] = [];
  if (plan.lock.keyFormat !== fingerprintFormat) {
    drift.push({
      what: 'key-format',
      name: 'fingerprints',
      locked: String(plan.lock.keyFormat),
      now: String(fingerprintFormat),
      text: `the lock was written for fingerprints of format ${String(plan.lock.keyFormat)}, and this is format ${String(fingerprintFormat)}`,
    });
  }
  const unlocked = plan.steps.flatMap(({ pins }, index) =>
    identities[index]?.externals === undefined
      ? pins.filter((pin) => pin.type === 'hub').filter((pin) => lockedRepository(locked, pin) === undefined)
      : [],
  );
  for (const pin of unlocked) {
    const key = repositoryKey({ ...pin, type: pin.repositoryType });
    drift.push(describe('hub', key, null, 'not looked up'));
  }
  const now = await lockSection(
    plan,
    identities.map((identity) => ({ ...identity, externals: identity.externals ?? [] })),
  );
  if (now === undefined) return drift;
  drift.push(
    ...compare('file', locked.files, now.files),
    ...compare('folder', locked.folders, now.folders),
    ...compare('hub', commitsOf(locked.hub), commitsOf(now.hub)).filter(
      ({ name }) => !drift.some((found) => found.name === name),
    ),
    ...compare('environment', locked.environments, now.environments),
    ...compare('image', locked.images, now.images),
  );
  return drift;
}

/** Why a frozen lock lets this plan not go on; undefined when everything outside is as it was locked. */
export function lockRefusal(plan: Plan, drift: readonly Drift[]): Failure | undefined {
  const { pipeline, configuration } = plan;
  const asked = configuration === 'default' ? pipeline : `${pipeline} -c ${configuration}`;
  const hint = `look at it with \`temper lock ${asked} --check\`; \`temper lock ${asked}\` writes what is there now, to be committed`;
  if (plan.lock?.configurations[configuration] === undefined) {
    const outside = plan.steps.find(({ pins }) => pins.some(({ type }) => type !== 'wheel'));
    if (outside === undefined) return undefined;
    return {
      type: 'lock',
      label: outside.label,
      where: outside.where,
      message: `${outside.label} reads from outside, and ${pipeline} (${configuration}) is not locked`,
      hint: `\`temper lock ${asked}\` pins what it reads, to be committed; without --frozen it is looked up`,
    };
  }
  // What is locked and no longer read can move no result.
  const moved = drift.filter(({ now }) => now !== null);
  if (moved.length === 0) return undefined;
  return {
    type: 'lock',
    message: [
      `${pipeline} (${configuration}) is not what its lock says:`,
      ...moved.map(({ text }) => `    ${text}`),
    ].join('\n'),
    hint,
  };
}

/** A locked repository in the words of a job. */
export function hubPinOf(repository: LockedRepository): HubPin {
  return {
    hub: repository.hub,
    repositoryType: repository.type,
    repository: repository.repository,
    commit: repository.commit,
    files: Object.entries(repository.files).map(([path, file]) => ({ path, ...file })),
  };
}

function lockedFrom(
  pin: HubPin,
  { revision, include, exclude }: Extract<Pin, { type: 'hub' }>,
): LockedRepository {
  return {
    hub: pin.hub,
    type: pin.repositoryType,
    repository: pin.repository,
    revision,
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    commit: pin.commit,
    files: Object.fromEntries(
      pin.files.map(({ path, size, sha256, gitSha1 }) => [
        path,
        sha256 === undefined ? { size, gitSha1 } : { size, sha256 },
      ]),
    ),
  };
}

function commitsOf(repositories: readonly LockedRepository[]): Record<string, string> {
  return Object.fromEntries(repositories.map((repository) => [repositoryKey(repository), repository.commit]));
}

function compare(
  what: Drift['what'],
  locked: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly Drift[] {
  return [...new Set([...Object.keys(locked), ...Object.keys(now)])]
    .sort()
    .filter((name) => locked[name] !== now[name])
    .map((name) => describe(what, name, locked[name] ?? null, now[name] ?? null));
}

function describe(what: Drift['what'], name: string, locked: string | null, now: string | null): Drift {
  const words = {
    'key-format': 'the format',
    file: '',
    folder: 'the folder ',
    hub: '',
    environment: 'the Python lock of ',
    image: 'the image ',
  };
  const subject = `${words[what]}${name}`;
  const text =
    locked === null
      ? `${subject} is not in the lock`
      : now === null
        ? `${subject} is in the lock, and nothing reads it any more`
        : `${subject} is ${now.slice(0, 12)}, and the lock says ${locked.slice(0, 12)}`;
  return { what, name, locked, now, text };
}

/** The base that a configuration names for its containers, where it names it by digest. */
function namedByDigest(image: string | undefined): Readonly<Record<string, string>> {
  const [, name, digest] = /^(\S+)@(sha256:[0-9a-f]{64})$/.exec(image ?? '') ?? [];
  return name === undefined || digest === undefined ? {} : { [name]: digest };
}

/**
 * The images that the environment's container starts from, where its Containerfile names them by digest. A name
 * without a digest says nothing that could be held against anything, and nothing is fetched here to find out.
 */
async function baseImages(environmentLock: string): Promise<Readonly<Record<string, string>>> {
  const images: Record<string, string> = {};
  // environments/<name>/lock.txt lies two folders below the package that has the Containerfile.
  for (const folder of [dirname(environmentLock), join(dirname(environmentLock), '..', '..')]) {
    const text = await readFile(join(folder, 'Containerfile'), 'utf8').catch(() => '');
    for (const [, name, digest] of text.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)@(sha256:[0-9a-f]{64})/gm))
      if (name !== undefined && digest !== undefined) images[name] = digest;
  }
  return images;
}
