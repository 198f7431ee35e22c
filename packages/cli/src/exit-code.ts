/** How the command ends; see docs/reference/exit-codes.md. */
export const exitCode = {
  /** Done. */
  done: 0,
  /** A step failed, or Temper has a bug and says so. */
  stepFailed: 1,
  /** Wrong usage or declaration: an option, a pipeline file, a configuration, a param. */
  usage: 2,
  /** A step outside the selection is not up to date, the frozen lock does not hold, or the store is damaged. */
  stale: 3,
  /** A gate said no. */
  gate: 4,
  /** The surroundings refuse: no GPU, no Python, no space, no network where one is needed. */
  surroundings: 5,
  /** `temper plan --check` found work to do. */
  workIsDue: 10,
  /** Interrupted by Ctrl-C; what was finished is kept. */
  interrupted: 130,
  /** Interrupted by SIGTERM; what was finished is kept. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
