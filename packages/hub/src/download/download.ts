import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { isOffline } from '../environment.ts';
import { HubError } from '../error.ts';
import type { Session, SessionOptions } from '../http/session.ts';
import { firstOf } from '../http/signals.ts';
import type { HubFile } from '../hubs/hub.ts';
import type { Cache } from '../local/cache.ts';
import { takeFile } from '../local/take.ts';
import { assertSafePath } from '../paths.ts';
import { type LeftFile, select, type Selection } from '../selection.ts';
import { describeSource, type HubSource, type NamedSource, nameSource, type Revision } from '../source.ts';
import { assertShards, inspectModelFile, isShardIndex, isWeights } from '../weights/inspect.ts';
import { assertContent, downloadFile, standingFile, type StoredFile } from './file.ts';
import { createHashingThread } from './hashing.ts';
import { type Listing, offline, withListing } from './listing.ts';
import { inParallel } from './parallel.ts';
import { createPermits } from './permits.ts';
import { createTally, type Progress, type Tally } from './progress.ts';
import { createRemote, type Identity } from './remote.ts';
import { assertSpace, freeBytes } from './space.ts';

export interface DownloadOptions extends SessionOptions, Selection {
  /** Told at most ten times a second, once before each further try, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Requests at once, over all files. Each needs 8 MiB of memory. @default 8 */
  readonly connections?: number | undefined;
  /**
   * Where beginnings of files wait for the next try; on the same file system as `into`.
   * @default `<into>/.partial`, which is removed when everything is there
   */
  readonly partials?: string | undefined;
  /** SHA-256 by path, from a lock: a file that comes to another one is refused. */
  readonly pinned?: Readonly<Record<string, string>> | undefined;
  /** Whether to take contents from huggingface_hub's cache. @default true */
  readonly useCache?: boolean | undefined;
  /** Free bytes of a folder. @default what the file system says */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
  /**
   * Called once, when all of a model but its weights is in `into`, and before a byte of a weight file comes: what it
   * throws ends the download.
   */
  readonly beforeWeights?: (() => Promise<void>) | undefined;
}

/** A repository's files, all verified. */
export interface Download {
  readonly revision: Revision;
  readonly commit: string;
  /** Sorted by path. */
  readonly files: readonly StoredFile[];
  readonly left: readonly LeftFile[];
  readonly bytes: number;
  /** How many of `bytes` needed no network. */
  readonly reusedBytes: number;
}

/** Finds out which commit a branch or tag names now. A full commit is answered without asking. */
export async function resolveRevision(source: HubSource, options: SessionOptions): Promise<Revision> {
  return withListing(nameSource(source), options, (listing) => listing.resolve());
}

/** Those of a listing that a download with this selection would take; refused for the reasons a download would be. */
export function selectFiles(
  files: readonly HubFile[],
  source: HubSource,
  selection: Selection,
): readonly HubFile[] {
  return selectSafely(files, nameSource(source), selection).taken;
}

/** What a repository holds at a revision, with the size and digest of each file. */
export async function listFiles(source: HubSource | Revision, options: SessionOptions): Promise<HubFile[]> {
  return withListing(nameSource(source), options, async (listing) => {
    return listing.list(await pinnedOr(source, listing));
  });
}

/**
 * Downloads the files of a repository into a folder. A file gets its name there only after its size and digest
 * were right, and a model's configurations and safetensors headers were looked into. After an interruption the
 * same call goes on where it stopped.
 *
 * @param source A `Revision` from `resolveRevision` to get that very commit, or a source to resolve first.
 * @throws {HubError} with a `reason`, a sentence and a hint.
 */
export async function download(
  source: HubSource | Revision,
  into: string,
  options: DownloadOptions,
): Promise<Download> {
  const named = nameSource(source);
  return withListing(named, options, async (listing) => {
    const revision = await pinnedOr(source, listing);
    const { taken, left } = selectSafely(await listing.list(revision, options.pinned), named, options);
    await mkdir(into, { recursive: true });
    const tally = createTally(
      { bytes: sizeOf(taken), files: taken.length },
      listing.session.clock,
      options.onProgress,
    );
    const local = await takeLocal(taken, into, named, listing, options, tally);
    if (local.missing.length > 0 && isOffline(options.environment)) throw offline(named, local.missing);
    await assertSpace(into, sizeOf(local.missing), options.freeBytes ?? freeBytes);
    const fetched = await fetchAll(local.missing, into, {
      listing,
      revision,
      options,
      tally,
      beforeWeights: async () => {
        await inspectShards(taken, into, named);
        await options.beforeWeights?.();
      },
    });
    const files = [...local.files, ...fetched].sort((one, other) => (one.path < other.path ? -1 : 1));
    tally.end();
    return {
      revision,
      commit: revision.commit,
      files,
      left,
      bytes: sizeOf(files),
      reusedBytes: sizeOf(local.files),
    };
  });
}

const defaultConnections = 8;

async function pinnedOr(source: HubSource | Revision, listing: Listing): Promise<Revision> {
  return 'commit' in source ? source : listing.resolve();
}

function selectSafely(files: readonly HubFile[], source: NamedSource, options: Selection) {
  const { taken, left } = select(files, options);
  for (const { path } of taken) assertSafePath(path);
  const pickles = left.filter(({ why }) => why === 'pickle');
  // Safetensors that were left out are there all the same.
  const hasWeights = files.some(({ path }) => isWeights(path));
  if (pickles.length > 0 && !hasWeights && source.type === 'model' && options.include === undefined) {
    throw new HubError({
      reason: 'no-safetensors',
      message: `The ${describeSource(source)} has its weights only as pickle (${pickles[0]?.path}), and loading a pickle runs whatever program its author put in`,
      hint: 'take a repository or a revision with safetensors; Hugging Face often has one as refs/pr/N',
    });
  }
  const whole = source.type === 'model' ? weightsBesideShards(taken) : undefined;
  if (whole !== undefined) {
    throw new HubError({
      reason: 'weights-twice',
      message: `The ${describeSource(source)} has its weights twice: whole in ${whole}, and in the shards that ${whole}.index.json names`,
      hint: `leave one of them out, as in exclude: ['${whole}']`,
    });
  }
  const [named, ...others] = options.include ?? [];
  if (taken.length === 0 && named !== undefined && others.length === 0 && !/[*?[\]{}!]/.test(named)) {
    throw new HubError({
      reason: 'nothing-selected',
      message: `The ${describeSource(source)} has no file ${named}: its files are ${someOf(files)}`,
      hint: 'write the path of one of them, as its page lists it',
    });
  }
  if (taken.length === 0) {
    throw new HubError({
      reason: 'nothing-selected',
      message: `Of the ${files.length} files of the ${describeSource(source)} none was selected: ${someOf(files)}`,
      hint: 'check `include` and `exclude` against the list of files on its page',
    });
  }
  return { taken, left };
}

/** A file of all tensors beside the index of its shards: a loader would read one, and which one is not ours to guess. */
function weightsBesideShards(files: readonly HubFile[]): string | undefined {
  const paths = new Set(files.map(({ path }) => path));
  return [...paths].find((path) => isWeights(path) && paths.has(`${path}.index.json`));
}

function someOf(files: readonly HubFile[]): string {
  const names = files.slice(0, 10).map(({ path }) => path);
  return names.join(', ') + (files.length > names.length ? ', …' : '');
}

/** What needs no network, and what is left to fetch. */
async function takeLocal(
  files: readonly HubFile[],
  into: string,
  source: NamedSource,
  listing: Listing,
  options: DownloadOptions,
  tally: Tally,
) {
  const found: StoredFile[] = [];
  const missing: HubFile[] = [];
  for (const file of files) {
    const stored = await findLocally(file, into, source, listing.cache, options);
    if (stored === undefined) {
      missing.push(file);
      continue;
    }
    found.push(stored);
    tally.found(stored.size);
    tally.fileDone();
  }
  return { files: found, missing };
}

interface Fetching {
  readonly listing: Listing;
  readonly revision: Revision;
  readonly options: DownloadOptions;
  readonly tally: Tally;
  readonly beforeWeights: () => Promise<void>;
}

async function fetchAll(
  files: readonly HubFile[],
  into: string,
  { listing, revision, options, tally, beforeWeights }: Fetching,
) {
  const connections = Math.max(1, options.connections ?? defaultConnections);
  const partials = options.partials ?? join(into, '.partial');
  await mkdir(partials, { recursive: true });
  const stop = new AbortController();
  const session: Session = {
    ...listing.session,
    signal: firstOf(listing.session.signal, stop.signal),
    waiting: (cause, milliseconds, next) => {
      // First how far it is: what is told after the wait has begun would look like its end.
      tally.waiting(cause.message, milliseconds);
      listing.session.waiting(cause, milliseconds, next);
    },
  };
  const hashing = createHashingThread();
  const reading = { session, tally, permits: createPermits(connections), hashing };
  const stored: StoredFile[] = [];
  const ordered = [...files].sort((one, other) => one.size - other.size);
  const fetch = (some: readonly HubFile[]) =>
    inParallel(
      some,
      connections,
      async (file) => {
        const place = { into, partials, promised: options.pinned?.[file.path] };
        const remote = (identity: Identity) =>
          createRemote({ session, hub: listing.hub, revision }, file, identity);
        stored.push(await inspect(await downloadFile(remote, file, place, reading), into, revision));
      },
      stop,
    );
  try {
    // What is refused for its configuration, index or tokenizer should not cost an evening of shards.
    await fetch(ordered.filter(({ path }) => !isWeights(path)));
    await beforeWeights();
    await fetch(ordered.filter(({ path }) => isWeights(path)));
  } catch (error) {
    // Beginnings stay for the next try; an empty folder need not.
    await rmdir(partials).catch(() => undefined);
    throw error;
  } finally {
    await hashing.close();
  }
  await rm(partials, { recursive: true, force: true });
  return stored;
}

async function inspectShards(files: readonly HubFile[], into: string, source: NamedSource): Promise<void> {
  if (source.type === 'dataset') return;
  const paths = new Set(files.map(({ path }) => path));
  for (const path of paths) if (isShardIndex(path)) await assertShards(into, path, paths);
}

/** The file from an earlier run of this download, or from huggingface_hub's cache, if its bytes are right. */
async function findLocally(
  file: HubFile,
  into: string,
  source: NamedSource,
  cache: Cache | undefined,
  options: DownloadOptions,
): Promise<StoredFile | undefined> {
  const promised = options.pinned?.[file.path];
  const standing = await standingFile(file, into, promised);
  if (standing !== undefined) return inspect(standing, into, source);
  const blob = await cache?.find(file);
  if (blob === undefined) return undefined;
  try {
    const taken = await takeFile(blob, join(into, file.path), file.digest, (found) =>
      assertContent(file, found, promised),
    );
    return await inspect(taken, into, source);
  } catch (error) {
    // A damaged cache is no reason to stop: the hub still has the file.
    if (error instanceof HubError && error.reason === 'wrong-digest') return undefined;
    throw error;
  }
}

/** Looks into a file that has just got its name, and takes the name away again where it must not be used. */
async function inspect(file: StoredFile, into: string, source: NamedSource): Promise<StoredFile> {
  if (source.type === 'dataset') return file;
  try {
    await inspectModelFile(into, file.path);
    return file;
  } catch (error) {
    await rm(join(into, file.path), { force: true });
    throw error;
  }
}

function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}
