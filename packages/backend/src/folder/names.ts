/** What lies where in a job's folder. The same on every backend; a container sees it as `/job`. */
export const jobFiles = {
  request: 'request.json',
  handle: 'handle.json',
  /** Made in the instant in which the launcher takes over: without it nothing of the job has run. */
  started: 'started',
  heartbeat: 'heartbeat',
  events: 'events.jsonl',
  failure: 'failure.json',
  result: 'result.json',
  cancel: 'cancel',
  code: 'code',
  inputs: 'in',
  outputs: 'out',
  checkpoint: 'checkpoint',
  temporary: 'tmp',
  log: 'log',
  out: 'log/out',
  err: 'log/err',
  /** What the launcher itself had to say: empty unless something is wrong with it. */
  launcherLog: 'log/launcher',
} as const;

/** How a job's process tells its end without words. */
export const exitCodes = { done: 0, failed: 1, badRequest: 2, interrupted: 75 } as const;
