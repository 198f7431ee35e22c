import { join } from 'node:path';
import type { Digest, Fingerprint } from '@temper/fingerprint';

/** Where things lie in a store. */
export interface Layout {
  readonly root: string;
  readonly blobs: string;
  readonly manifests: string;
  readonly trees: string;
  readonly stats: string;
  readonly work: string;
  /** Files on their way in; same file system, so that publishing is a link. */
  readonly incoming: string;
  readonly quarantine: string;
  /** Runs that are going on. */
  readonly visitors: string;
  /** The workspaces whose runs need what is here. */
  readonly workspaces: string;
  /** Who is removing what nobody needs. */
  readonly tidying: string;
  blob(digest: Digest): string;
  results(fingerprint: Fingerprint): string;
  tree(artifact: Digest): string;
  /** What the files of a tree looked like when their bytes were last verified. */
  stat(artifact: Digest): string;
  claim(fingerprint: Fingerprint): string;
}

/** @param root Absolute path of the store. */
export function createLayout(root: string): Layout {
  const blobs = join(root, 'blobs', 'sha256');
  const manifests = join(root, 'manifests');
  const trees = join(root, 'trees');
  const stats = join(root, 'stats');
  const work = join(root, 'work');
  return {
    root,
    blobs,
    manifests,
    trees,
    stats,
    work,
    incoming: join(root, 'incoming'),
    quarantine: join(root, 'quarantine'),
    visitors: join(root, 'visitors'),
    workspaces: join(root, 'workspaces'),
    tidying: join(root, 'tidying.json'),
    blob: (digest) => join(blobs, digest.slice(0, 2), digest),
    results: (fingerprint) => join(manifests, fingerprint.slice(0, 2), fingerprint),
    tree: (artifact) => join(trees, artifact),
    stat: (artifact) => join(stats, `${artifact}.json`),
    claim: (fingerprint) => join(work, fingerprint),
  };
}
