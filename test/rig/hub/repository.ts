import { createHash } from 'node:crypto';

import { type Blob, type Content, createBlob } from './content.ts';

export interface RepositoryOptions {
  readonly type?: 'model' | 'dataset' | undefined;
  /** @default 'main' */
  readonly branch?: string | undefined;
  /** Only requests with one of these tokens see the repository, or, when it is gated, its files. */
  readonly tokens?: readonly string[] | undefined;
  /** Everyone sees that it is there; its files need one of `tokens`. */
  readonly gated?: boolean | undefined;
}

export type Tree = ReadonlyMap<string, Blob>;

export interface Repository {
  readonly name: string;
  readonly options: RepositoryOptions;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, Tree>;
}

/** All that a hub holds, models and data sets apart. */
export class Shelf {
  readonly #repositories = new Map<string, Repository>();

  /** Puts files into a repository as the newest commit of a branch, and returns the commit. */
  push(name: string, files: Readonly<Record<string, Content>>, options: RepositoryOptions = {}): string {
    const key = `${options.type ?? 'model'}:${name}`;
    const repository = this.#repositories.get(key) ?? {
      name,
      options,
      branches: new Map<string, string>(),
      commits: new Map<string, Tree>(),
    };
    const tree = new Map(Object.entries(files).map(([path, content]) => [path, createBlob(path, content)]));
    const lines = [...tree].map(([path, blob]) => `${path}\0${blob.sha256}`).sort();
    const commit = createHash('sha1')
      .update(`${name}\n${lines.join('\n')}`)
      .digest('hex');
    repository.commits.set(commit, tree);
    repository.branches.set(options.branch ?? 'main', commit);
    this.#repositories.set(key, { ...repository, options });
    return commit;
  }

  find(type: string, name: string): Repository | undefined {
    return this.#repositories.get(`${type}:${name}`);
  }
}

/** The commit that a branch's name or a commit's own name stands for. */
export function commitOf(repository: Repository, revision: string): string | undefined {
  return repository.branches.get(revision) ?? (repository.commits.has(revision) ? revision : undefined);
}

export function maySee(repository: Repository, authorization: string | undefined): boolean {
  const { tokens } = repository.options;
  return tokens === undefined || tokens.some((token) => authorization === `Bearer ${token}`);
}
