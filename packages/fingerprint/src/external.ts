import type { Pin } from '@temper/pipeline';
import { artifactDigest, readArtifact } from './artifact.ts';
import { canonical } from './canonical.ts';
import { parseDigest, recordDigest, type Digest } from './digest.ts';
import { sha256File } from './file.ts';
import type { StatCache } from './stat-cache.ts';

/** What a hub repository was pinned to. */
export interface HubContent {
  /** Lower-case hex digits: 40 of a git commit, or 64 of the SHA-256 of a listing where a hub serves no commits. */
  readonly commit: string;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    /** Of files whose SHA-256 the hub knows. */
    readonly sha256?: string | undefined;
    /** Git's id of the blob, for all other files. */
    readonly gitSha1?: string | undefined;
  }[];
}

/** The name of a pin among a step's externals: its one canonical text. */
export function externalKey(pin: Pin): string {
  return canonical(pin);
}

/** The pin of an {@link externalKey}. */
export function parseExternalKey(key: string): Pin {
  return JSON.parse(key) as Pin;
}

/** The digest of a pinned file: of its bytes alone, as hubs and checksums give it. */
export function externalFileDigest(path: string, cache?: StatCache): Promise<Digest> {
  return cache === undefined ? sha256File(path) : cache.digest(path);
}

/** The digest of a pinned folder: that of an artifact with the same files. */
export async function externalFolderDigest(path: string, cache?: StatCache): Promise<Digest> {
  return artifactDigest(await readArtifact(path, cache));
}

/** The digest of a pinned hub repository, whatever order its files come in; each must have a digest of its own. */
export function externalHubDigest({ commit, files }: HubContent): Digest {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    throw new TypeError(`${JSON.stringify(commit)} is not a commit: 40 or 64 lower-case hex digits`);
  }
  const listed = files.map(({ path, size, sha256, gitSha1 }) => {
    if (sha256 === undefined && gitSha1 === undefined)
      throw new TypeError(`${path} is pinned without a digest`);
    return sha256 === undefined ? { path, size, gitSha1 } : { path, size, sha256 };
  });
  listed.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
  return recordDigest('temper.hub', 1, { commit, files: listed });
}

/** The digest of a pinned wheel is the one its pin states. */
export function externalWheelDigest(pin: Extract<Pin, { readonly type: 'wheel' }>): Digest {
  return parseDigest(pin.sha256);
}
