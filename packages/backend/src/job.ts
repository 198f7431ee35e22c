/** Where the runner writes what a job is to do. Paths are relative to the job's folder. */
export interface JobRequest {
  readonly v: 1;
  readonly jobId: string;
  readonly attempt: number;
  readonly fingerprint: string;
  readonly label: string;
  /** `host:bootId:pid:startTime` of the runner. */
  readonly owner: string;
  readonly run: string;
  readonly entry: string;
  /** Where the stage's own module would lie, such as `code/stages/split`: declared files are relative to it. */
  readonly stageFolder: string;
  /** Python's import path; empty for TypeScript. */
  readonly roots: readonly string[];
  /** Name and digest of the Python environment; null for TypeScript. */
  readonly python: { readonly name: string; readonly digest: string } | null;
  readonly params: unknown;
  readonly inputs: readonly {
    readonly name: string;
    readonly kind: string;
    readonly digest: string;
    readonly size: number;
    readonly path: string;
    /** Whether the input takes a list; its entries stand in the order of the pipeline. */
    readonly many: boolean;
    /** Where the artifact really lies; what a container mounts read-only at `path`. Absolute. */
    readonly source: string;
  }[];
  readonly externals: readonly JobExternal[];
  readonly outputs: readonly { readonly name: string; readonly kind: string; readonly path: string }[];
  readonly resources: {
    readonly gpus: number;
    /** Bytes; null for no limit. */
    readonly memory: number | null;
    readonly seconds: number | null;
  };
  readonly network: 'none' | 'any';
  readonly checkpoint: { readonly path: string; readonly resume: boolean };
  readonly graceSeconds: number;
  readonly heartbeatSeconds: number;
  /** Variables that the job gets besides the fixed ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables taken from the runner's own environment, values never written anywhere. */
  readonly secretNames: readonly string[];
}

export type JobExternal =
  | {
      readonly type: 'file' | 'folder';
      readonly path: string;
      readonly digest: string;
      readonly at: string;
      readonly source: string;
    }
  | { readonly type: 'hub'; readonly digest: string; readonly pin: unknown };

export type JobFailureReason =
  | 'out-of-memory'
  | 'gpu-out-of-memory'
  | 'timeout'
  | 'cancelled'
  | 'preempted'
  | 'user-error'
  | 'bad-input'
  | 'gate'
  | 'no-space'
  | 'lost'
  | 'backend-refused'
  | 'code'
  | 'could-not-start';

/** What the launcher writes last. */
export interface JobResult {
  readonly v: 1;
  readonly jobId: string;
  readonly attempt: number;
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: JobFailureReason | null;
  readonly message: string | null;
  readonly hint?: string | undefined;
  readonly outputs: readonly {
    readonly name: string;
    readonly path: string;
    readonly files: number;
    readonly bytes: number;
  }[];
  /** Bytes; null when the machine does not tell. */
  readonly peakMemory: number | null;
  readonly seconds: number;
  readonly checkpoint?: { readonly path: string } | null | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
}
