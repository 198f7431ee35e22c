import { HubError } from './error.ts';

export type HubName = 'huggingface' | 'modelscope';

/** What a user writes to name a repository. */
export interface HubSource {
  /** @default 'huggingface' */
  readonly hub?: HubName | undefined;
  /** `owner/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit. @default 'main', on ModelScope 'master' */
  readonly revision?: string | undefined;
  /** @default 'model' */
  readonly type?: 'model' | 'dataset' | undefined;
}

/** A repository at one moment that does not move any more. */
export interface Revision {
  readonly hub: HubName;
  readonly repo: string;
  readonly type: 'model' | 'dataset';
  /** The name that was asked for. */
  readonly revision: string;
  /**
   * On Hugging Face the git commit, 40 hex digits. ModelScope serves branches and tags only, so there it is
   * the SHA-256 of the file listing (paths, sizes and digests), 64 hex digits: a moved branch changes it.
   */
  readonly commit: string;
}

/** A source with every default filled in. */
export type NamedSource = Omit<Revision, 'commit'>;

const repositoryName = /^[\w][\w.-]*\/[\w][\w.-]*$/;

/** Fills the defaults in and refuses what no hub could answer. */
export function nameSource(source: HubSource): NamedSource {
  const { hub = 'huggingface', repo, type = 'model' } = source;
  // A source may come from a configuration file, where the compiler has not looked.
  if (!['huggingface', 'modelscope'].includes(hub)) {
    throw new HubError({
      reason: 'bad-source',
      message: `There is no hub named "${hub}"`,
      hint: "write hub: 'huggingface' or hub: 'modelscope'",
    });
  }
  if (!repositoryName.test(repo) || repo.includes('..')) {
    throw new HubError({
      reason: 'bad-source',
      message: `"${repo}" is not the name of a repository`,
      hint: "write it as 'owner/name', as in 'THUDM/glm-4-9b-hf', without an address before it",
    });
  }
  const revision = source.revision ?? (hub === 'modelscope' ? 'master' : 'main');
  if (revision.trim() === '' || /[\u0000-\u0020\u007f]/.test(revision)) {
    throw new HubError({
      reason: 'bad-source',
      message: `"${revision}" is not the name of a revision`,
      hint: 'name a branch, a tag or a commit, or leave `revision` out for the default branch',
    });
  }
  return { hub, repo, type, revision };
}

/** How sentences name a repository: `model THUDM/glm-4-9b-hf`. */
export function describeSource({ type, repo }: Pick<NamedSource, 'type' | 'repo'>): string {
  return `${type} ${repo}`;
}
