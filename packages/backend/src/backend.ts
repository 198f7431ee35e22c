import type { JobRequest, JobResult } from './job.ts';

/** What a backend refuses before anything runs, or what it cannot do. */
export interface Problem {
  readonly reason:
    | 'engine-missing'
    | 'engine-not-running'
    | 'engine-refused'
    | 'image-missing'
    | 'image-failed'
    | 'memory-limit-unsupported'
    | 'not-enough-memory'
    | 'not-enough-gpus'
    | 'not-enough-gpu-memory'
    | 'no-space'
    | 'python-missing'
    | 'python-too-old'
    | 'registry-unreachable'
    | 'environment-failed';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Everything needed to find a job again; plain JSON, written to `handle.json` in the job's folder. */
export interface Handle {
  readonly backend: string;
  readonly jobId: string;
  readonly attempt: number;
  /** Absolute. */
  readonly folder: string;
  /** What the engine calls it: a pid with its start time, a container's id. */
  readonly nativeId: string;
  readonly submittedAt: string;
  readonly host: string;
  readonly bootId: string;
  /** `host:bootId:pid:startTime` of the runner that submitted it, and its run. */
  readonly owner: string;
  readonly run: string;
  readonly label: string;
}

/** `unknown` is not `failed`: a controller that is away does not take the job with it. */
export type Status = 'queued' | 'running' | 'ended' | 'unknown';

/** A line of `events.jsonl`, parsed. Advice only: what became of a job is never read from an event. */
export interface JobEvent {
  readonly seq: number;
  readonly t: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** How a job ended: the launcher's result held against the engine's own word. */
export interface Ended {
  readonly result: JobResult;
  /** Set when result, exit code and the engine's state do not agree; then the job has failed. */
  readonly disagreement?: string | undefined;
}

/** What a backend promises to enforce; what it only declares is listed with the reason. */
export interface Deviation {
  readonly point: string;
  readonly reason: string;
}

/** Where jobs run. Stateless verbs over a plain handle; `wait` is built once above them. */
export interface Backend {
  readonly name: string;
  readonly deviations: readonly Deviation[];
  /** Refuses what cannot work or cannot be enforced. */
  check(request: Pick<JobRequest, 'resources' | 'network'>): Promise<readonly Problem[]>;
  /**
   * Starts a job; idempotent on job id and attempt, so that it is also how a runner finds again what another one
   * started before it died. The folder holds `request.json`, `code/` and `in/` already (see `assembleJobFolder`).
   */
  submit(request: JobRequest, folder: string): Promise<Handle>;
  status(handle: Handle): Promise<Status>;
  /** New events from a byte offset on; whole lines only. */
  events(
    handle: Handle,
    from: number,
  ): Promise<{ readonly events: readonly JobEvent[]; readonly next: number }>;
  /** New bytes of a stream from an offset on. */
  logs(
    handle: Handle,
    stream: 'out' | 'err',
    from: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly next: number }>;
  /** Asks the job to stop, and kills its whole group after the grace; zero kills at once. Safe to repeat. */
  cancel(handle: Handle, options: { readonly graceSeconds: number }): Promise<void>;
  /** Waits at most five seconds for the launcher's result once the engine says that the job ended. */
  collect(handle: Handle): Promise<Ended>;
  /** Jobs of an owner (or of anybody) that this backend still knows. */
  list(owner?: string): Promise<readonly Handle[]>;
  /** Forgets an ended job and ends what it left running. The folder stays, `checkpoint/`, `out/` and logs with it. */
  dispose(handle: Handle): Promise<void>;
}
