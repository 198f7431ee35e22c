/** What a test may tell the rig's job to do. One file a step, in order; the job answers each with a file of its own. */
export type Step =
  /** Ends: 0 returns as a job that is done does, anything else is the bare exit code. */
  | { readonly do: 'exit'; readonly code: number }
  /** Says what the job sees of itself. */
  | { readonly do: 'describe' }
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  /** Appends bytes, given in base64, as often as told. */
  | { readonly do: 'append'; readonly path: string; readonly bytes: string; readonly times: number }
  | { readonly do: 'read'; readonly path: string }
  | { readonly do: 'link'; readonly path: string; readonly target: string }
  | { readonly do: 'fifo'; readonly path: string }
  | { readonly do: 'print'; readonly stream: 'out' | 'err'; readonly bytes: string; readonly times: number }
  /** From now on SIGTERM is noticed and nothing is done about it. */
  | { readonly do: 'ignore-term' }
  /** From now on SIGTERM writes a checkpoint and ends the job with exit code 75. */
  | { readonly do: 'save-on-term'; readonly path: string; readonly text: string }
  /** Ends by a signal that it sends itself. */
  | { readonly do: 'die'; readonly signal: 'SIGKILL' }
  /** Starts a process that leaves the job's group and would stay for ever; the mark is in its arguments. */
  | { readonly do: 'spawn'; readonly mark: string }
  /** Answers the modules that were imported from outside the job's folder and had to be compiled for it. */
  | { readonly do: 'compiled' }
  /** Fills memory until something gives, itself or in a child whose fate it answers. */
  | { readonly do: 'fill-memory'; readonly inChild: boolean }
  /** Tries to reach an address or to resolve a name; answers the error's code, or `ok`. */
  | { readonly do: 'connect'; readonly host: string; readonly port: number };

/** What `describe` answers. */
export interface Description {
  readonly pid: number;
  readonly folder: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Where steps and answers lie, below the job's temporary folder: within reach of a container too. */
export const rigFolder = 'rig';
/** A line for each time that the job's first line ran. */
export const livesFile = 'lives';
/** A job with the param `{ hold: true }` waits in its imports until this file is there. */
export const goFile = 'go';
/** Made by such a job when it has come so far. */
export const importingFile = 'importing';
