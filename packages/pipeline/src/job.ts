/**
 * What an implementation sees: the job it is asked to do. A `run.ts` imports this door and the *type* of its stage,
 * so that its code identity holds what it does and not what the stage declares (params reach it resolved).
 */
import type { z } from 'zod';
import type { DatasetKind } from './kind.ts';
import type { AnyOf, Flat, Many, Optional } from './port.ts';
import type { AnyStage } from './stage.ts';

export { misfit } from './misfit.ts';

export type JobErrorReason = 'bad-input' | 'user-error' | 'gate' | 'no-space';

/** Why a job gives up, when it knows. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly reason: JobErrorReason;
  readonly hint: string | undefined;

  constructor(reason: JobErrorReason, message: string, details: { hint?: string } = {}) {
    super(message);
    this.reason = reason;
    this.hint = details.hint;
  }
}

/** An input artifact: a folder that nobody writes to. */
export interface InputFolder {
  /** Absolute. */
  readonly path: string;
  /** The kind's name; tells alternatives of `anyOf` apart. */
  readonly kind: string;
  /** Of the whole artifact, lower-case hex. */
  readonly digest: string;
  /** Reads one file as text. */
  text(file: string): Promise<string>;
  /** Parses one JSON file; the caller knows its shape. */
  json<Shape = unknown>(file: string): Promise<Shape>;
}

/** An input dataset, read row by row. */
export interface InputDataset<Row> extends InputFolder {
  rows(): AsyncIterable<Row>;
}

/** Proof that an output was written: what an implementation returns for each output it promised. */
export interface Written<Kind extends string> {
  readonly written: Kind;
}

/** An output artifact: an empty folder that becomes whole when the job succeeds. */
export interface OutputFolder<Kind extends string> {
  /** Absolute; exists. */
  readonly path: string;
  /** Writes one file, making folders on the way. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** Writes one value as indented JSON with a newline at the end. */
  writeJson(file: string, value: unknown): Promise<void>;
  /** Says that everything that belongs here has been written. */
  written(): Written<Kind>;
}

/** An output dataset: `rows.jsonl`, one canonical JSON text a line. */
export interface OutputDataset<Kind extends string, Row> extends OutputFolder<Kind> {
  writeRows(rows: Iterable<Row> | AsyncIterable<Row>): Promise<Written<Kind>>;
}

type Types<Of extends AnyStage> = NonNullable<Of['types']>;

type InputOf<Kind> =
  Kind extends AnyOf<infer Kinds>
    ? InputOf<Kinds[number]>
    : Kind extends DatasetKind<string, infer Row>
      ? InputDataset<z.output<Row>>
      : InputFolder;

type JobInput<Port> =
  Port extends Many<infer Kind>
    ? readonly InputOf<Kind>[]
    : Port extends Optional<infer Kind>
      ? InputOf<Kind> | undefined
      : InputOf<Port>;

type JobOutput<Kind> =
  Kind extends DatasetKind<infer Name, infer Row>
    ? OutputDataset<Name, z.input<Row>>
    : Kind extends { readonly kind: infer Name extends string }
      ? OutputFolder<Name>
      : never;

/** What a job knows of its stage and may tell the runner. */
export interface Job<Of extends AnyStage = AnyStage> {
  readonly params: z.output<Types<Of>['params']>;
  readonly inputs: { readonly [Name in keyof Types<Of>['inputs']]: JobInput<Types<Of>['inputs'][Name]> };
  readonly outputs: { readonly [Name in keyof Types<Of>['outputs']]: JobOutput<Types<Of>['outputs'][Name]> };
  /** The absolute path of a pinned file or folder, by the path its pin names. */
  external(path: string): string;
  /** The pinned commit and file digests of a hub repository; undefined when the stage pinned none. */
  readonly hubPin: HubPin | undefined;
  /** The absolute path of a declared file of the stage, by its path relative to `stage.ts`. */
  file(path: `./${string}`): string;
  /** A folder that survives attempts of the same step. */
  readonly checkpointFolder: string;
  /** A folder for what is not kept. */
  readonly temporaryFolder: string;
  /** Aborted when the job is asked to stop. */
  readonly signal: AbortSignal;
  /** Variables that the stage's source may need (mirrors, tokens); empty unless the stage has a network. */
  readonly environment: Readonly<Record<string, string>>;
  progress(step: number, of: number, metrics?: Readonly<Record<string, number>>): void;
  phase(name: string): void;
  /** What is outside did not answer as it should, and is asked again after so many seconds. */
  retrying(cause: string, seconds: number, next: { readonly number: number; readonly of: number }): void;
  warning(code: string, message: string): void;
}

/** A hub repository as a lock names it. */
export interface HubPin {
  readonly hub: 'huggingface' | 'modelscope';
  readonly repositoryType: 'model' | 'dataset';
  readonly repository: string;
  /** 40 hex digits; on ModelScope, which serves no commits, the 64 of the SHA-256 of its listing. */
  readonly commit: string;
  /** Those that the pin selects. `sha256` for files whose SHA-256 the hub knows, `gitSha1` (git's blob id) for the others. Sizes in bytes. */
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256?: string | undefined;
    readonly gitSha1?: string | undefined;
  }[];
}

/** Every output the stage promises, as proof that it was written. */
export type WrittenOutputs<Of extends AnyStage> = Flat<{
  readonly [Name in keyof Types<Of>['outputs']]: Types<Of>['outputs'][Name] extends {
    readonly kind: infer Kind extends string;
  }
    ? Written<Kind>
    : never;
}>;

/** The default export of a `run.ts`. */
export interface Implementation<Of extends AnyStage = AnyStage> {
  readonly type: 'implementation';
  run(job: Job<Of>): Promise<WrittenOutputs<Of>>;
}

/**
 * Implements a stage in TypeScript, checked against the stage's type:
 * `export default implement<typeof split>(async (job) => …)`.
 */
export function implement<Of extends AnyStage>(
  run: (job: Job<Of>) => Promise<WrittenOutputs<Of>>,
): Implementation<Of> {
  return { type: 'implementation', run };
}
