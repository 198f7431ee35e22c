import type { z } from 'zod';

/** The folder of an artifact, as a kind's check sees it. */
export interface ArtifactFolder {
  /** Absolute. */
  readonly path: string;
  /** Regular files, relative to the folder, with `/`, in code-unit order; sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** What a check throws when an artifact is not what its kind promises. */
export class KindError extends Error {
  override readonly name = 'KindError';
  readonly hint: string | undefined;

  constructor(message: string, details: { hint?: string } = {}) {
    super(message);
    this.hint = details.hint;
  }
}

/** A type of artifact: a name, where it is declared, and the check a produced artifact must pass. */
export interface ArtifactKind<Name extends string = string> {
  readonly type: 'kind';
  readonly kind: Name;
  /** The module that declares it: its check is bundled and fingerprinted by itself. */
  readonly url: string;
  readonly check: ((artifact: ArtifactFolder) => Promise<void> | void) | undefined;
}

/** A kind whose artifact is `rows.jsonl`, one row a line, every row checked against a schema. */
export interface DatasetKind<
  Name extends string = string,
  Row extends z.ZodType = z.ZodType,
> extends ArtifactKind<Name> {
  readonly row: Row;
}

/** Any kind, whatever its name. */
export type AnyKind = ArtifactKind | DatasetKind;

/**
 * Declares a kind of artifact. One module a kind: the check is part of the identity of every step that makes the kind.
 *
 * @param url `import.meta.url` of the declaring module.
 * @param name What the artifact means, such as `'train split'`, not its file format.
 */
export function artifactKind<const Name extends string>(
  url: string,
  name: Name,
  options: { readonly check?: (artifact: ArtifactFolder) => Promise<void> | void } = {},
): ArtifactKind<Name> {
  return Object.freeze({ type: 'kind', kind: name, url, check: options.check });
}

/**
 * Declares a kind of dataset: a folder with `rows.jsonl`. Rows that do not fit the schema are named by number, field
 * and reason, and the artifact is not published.
 *
 * @param options.check A further check of the whole folder, after every row passed.
 */
export function datasetKind<const Name extends string, Row extends z.ZodType>(
  url: string,
  name: Name,
  options: { readonly row: Row; readonly check?: (artifact: ArtifactFolder) => Promise<void> | void },
): DatasetKind<Name, Row> {
  return Object.freeze({ type: 'kind', kind: name, url, row: options.row, check: options.check });
}
