/** A locked set of Python packages, and the folders of this repository that Python code may import from. */
export interface PythonEnvironment {
  readonly type: 'python-environment';
  readonly name: string;
  readonly url: string;
  /** The universal, hash-locked list, relative to the declaring module. */
  readonly lock: string;
  /** Folders on the import path, relative to the declaring module. */
  readonly roots: readonly string[];
  /** Which versions of Python serve, such as `'>=3.10 <3.14'`. */
  readonly python: string;
}

interface Common {
  /** Files beside the stage that its code reads, relative to `stage.ts`. Nothing else is in reach of the job. */
  readonly files: readonly string[];
  /** Whether the job may use the network. */
  readonly network: boolean;
}

/** Runs as a Node process on this machine. */
export interface Host extends Common {
  readonly type: 'host';
  /** Relative to the stage's module. */
  readonly entry: string;
}

/** Runs as a Python process on a backend. */
export interface Python extends Common {
  readonly type: 'python';
  /** Relative to the stage's module. */
  readonly entry: string;
  readonly environment: PythonEnvironment;
  /** GPUs the step asks for where there are any; a step with GPUs takes the GPU slot. */
  readonly gpus: number;
}

/** Chooses by the value of a param. Only the chosen branch is part of a step's identity. */
export interface ByParam {
  readonly type: 'by-param';
  readonly param: string;
  readonly branches: Readonly<Record<string, Host | Python>>;
}

/** Chooses by what a function makes of the params. Only the chosen branch is part of a step's identity. */
export interface ByParams {
  readonly type: 'by-params';
  /** Names a branch. */
  readonly choose: (params: never) => string;
  /** By name; the first is the usual one. */
  readonly branches: Readonly<Record<string, Host | Python>>;
}

export type Runs = Host | Python | ByParam | ByParams;

/** A Node implementation: a module whose default export is made by `implement`. */
export function host(
  entry: `./${string}.ts`,
  options: { readonly files?: readonly string[]; readonly network?: boolean } = {},
): Host {
  return Object.freeze({
    type: 'host',
    entry,
    files: options.files ?? [],
    network: options.network ?? false,
  });
}

/** A Python implementation: a script that calls `temper_job.run`. */
export function python(
  entry: `./${string}.py`,
  options: {
    readonly environment: PythonEnvironment;
    readonly gpus?: number;
    readonly files?: readonly string[];
    readonly network?: boolean;
  },
): Python {
  return Object.freeze({
    type: 'python',
    entry,
    environment: options.environment,
    gpus: options.gpus ?? 0,
    files: options.files ?? [],
    network: options.network ?? false,
  });
}

/** One implementation for each value of a param, as in `byParam('from', { hub: host('./hub.ts'), … })`. */
export function byParam(param: string, branches: Readonly<Record<string, Host | Python>>): ByParam {
  return Object.freeze({ type: 'by-param', param, branches });
}

/** One implementation for each name that `choose` gives, where no single param decides. */
export function byParams<const Branches extends Readonly<Record<string, Host | Python>>>(
  choose: (params: never) => keyof Branches & string,
  branches: Branches,
): ByParams {
  return Object.freeze({ type: 'by-params', choose, branches });
}

/** Declares a Python environment; its normalised lock is part of the identity of every step that runs in it. */
export function definePythonEnvironment(
  url: string,
  options: {
    readonly name: string;
    readonly lock: string;
    readonly roots?: readonly string[];
    readonly python: string;
  },
): PythonEnvironment {
  return Object.freeze({
    type: 'python-environment',
    name: options.name,
    url,
    lock: options.lock,
    roots: options.roots ?? [],
    python: options.python,
  });
}
