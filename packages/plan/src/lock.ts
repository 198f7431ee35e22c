import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError, type Pin } from '@temper/pipeline';

/** A hub repository as a lock holds it: the commit behind a revision, and a digest for each file. */
export interface LockedRepository {
  readonly hub: 'huggingface' | 'modelscope';
  readonly type: 'model' | 'dataset';
  readonly repository: string;
  readonly revision: string;
  /** The globs that chose the files, where there were any. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly commit: string;
  /** By path; of files that the hub keeps by SHA-256 that, of all others git's id of the blob. */
  readonly files: Readonly<
    Record<
      string,
      {
        readonly size: number;
        readonly sha256?: string | undefined;
        readonly gitSha1?: string | undefined;
      }
    >
  >;
}

/** What one configuration of a pipeline reads from outside the graph, each by digest. */
export interface LockedConfiguration {
  /** Files of the workspace, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders of the workspace, by path: the digest of an artifact with the same files. */
  readonly folders: Readonly<Record<string, string>>;
  readonly hub: readonly LockedRepository[];
  /** Python environments, by name: the digest of the normalised lock. */
  readonly environments: Readonly<Record<string, string>>;
  /** Images that containers are built on, by name: the digest of the registry. */
  readonly images: Readonly<Record<string, string>>;
}

/** `pipelines/<pipeline>.lock`. */
export interface Lock {
  /** The format of fingerprints that the digests were made for. */
  readonly keyFormat: number;
  readonly configurations: Readonly<Record<string, LockedConfiguration>>;
}

const schema = 'temper.lock/1';

export function lockFile(workspace: string, pipeline: string): string {
  return join(workspace, 'pipelines', `${pipeline}.lock`);
}

/**
 * The lock of a pipeline; undefined where there is none.
 *
 * @throws PipelineError when the file is not a lock.
 */
export async function readLock(workspace: string, pipeline: string): Promise<Lock | undefined> {
  const text = await readFile(lockFile(workspace, pipeline), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { parse } = await import('yaml');
  const broken = (what: string): PipelineError =>
    new PipelineError('broken-lock', `the lock of ${pipeline} ${what}`, {
      where: { file: `pipelines/${pipeline}.lock`, line: 1, column: 1 },
      hint: `take the committed one again, or write it anew: \`temper lock ${pipeline}\``,
    });
  let value: unknown;
  try {
    value = parse(text, { version: '1.2', schema: 'core', merge: false, uniqueKeys: true });
  } catch {
    throw broken('is not YAML');
  }
  const written = value as Partial<Lock> & { readonly schema?: unknown };
  if (typeof value !== 'object' || value === null || written.schema !== schema)
    throw broken(`does not say \`schema: ${schema}\``);
  if (typeof written.keyFormat !== 'number' || typeof written.configurations !== 'object')
    throw broken('lacks `keyFormat` or `configurations`');
  const configurations = Object.entries(written.configurations).map(
    ([name, section]) => [name, wholeSection(section as Partial<LockedConfiguration> | null)] as const,
  );
  return { keyFormat: written.keyFormat, configurations: Object.fromEntries(configurations) };
}

function wholeSection(section: Partial<LockedConfiguration> | null): LockedConfiguration {
  const { files = {}, folders = {}, hub = [], environments = {}, images = {} } = section ?? {};
  return { files, folders, hub, environments, images };
}

/** The text of a lock: the same for the same content, whoever writes it and in whatever order it was found. */
export async function lockText(pipeline: string, lock: Lock): Promise<string> {
  const { stringify } = await import('yaml');
  const configurations = sorted(lock.configurations, ({ files, folders, hub, environments, images }) =>
    withoutEmpty({
      files: sorted(files),
      folders: sorted(folders),
      hub: [...hub].sort(byText(repositoryKey)).map((repository) => ({
        ...repository,
        files: sorted(repository.files, (file) => withoutEmpty({ ...file })),
      })),
      environments: sorted(environments),
      images: sorted(images),
    }),
  );
  const body = stringify({ schema, keyFormat: lock.keyFormat, configurations }, { lineWidth: 0 });
  return `# What ${pipeline} reads from outside, by digest. Written by \`temper lock ${pipeline}\`; commit it.\n${body}`;
}

/** The repository that a pin means, as far as the lock knows it. */
export function lockedRepository(
  locked: LockedConfiguration | undefined,
  pin: Extract<Pin, { type: 'hub' }>,
): LockedRepository | undefined {
  const key = repositoryKey({ ...pin, type: pin.repositoryType });
  return locked?.hub.find((repository) => repositoryKey(repository) === key);
}

/** How people name files of a hub: `huggingface:model/owner/name@revision`, and the globs that chose them. */
export function repositoryKey(
  repository: Pick<LockedRepository, 'hub' | 'type' | 'repository' | 'revision' | 'include' | 'exclude'>,
): string {
  const { hub, type, repository: name, revision, include, exclude } = repository;
  const globs = [
    ...(include === undefined ? [] : [`include ${include.join(', ')}`]),
    ...(exclude === undefined ? [] : [`exclude ${exclude.join(', ')}`]),
  ];
  return `${hub}:${type}/${name}@${revision}${globs.length === 0 ? '' : ` (${globs.join('; ')})`}`;
}

function sorted<Value, Result = Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result = (value) => value as unknown as Result,
): Record<string, Result> {
  const entries = Object.entries(record).sort(byText(([key]) => key));
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value)]));
}

/** By code unit, so that no locale changes the order. */
function byText<Value>(textOf: (value: Value) => string): (left: Value, right: Value) => number {
  return (left, right) => (textOf(left) < textOf(right) ? -1 : textOf(left) > textOf(right) ? 1 : 0);
}

function withoutEmpty(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([, value]) =>
        value !== undefined && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0),
    ),
  );
}
