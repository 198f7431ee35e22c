/** How the command ends; see docs/reference/exit-codes.md. */
export const exitCode = {
  done: 0,
  stepFailed: 1,
  usage: 2,
  stale: 3,
  gate: 4,
  surroundings: 5,
  workIsDue: 10,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
