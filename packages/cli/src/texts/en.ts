import type { NextTry } from '@temper/hub';
import type { ChatCommand } from '../chat/input.ts';

const metrics: Readonly<Record<string, string>> = {
  loss: 'loss',
  tokenAccuracy: 'token accuracy',
  stopped: 'stopped by itself',
  exactMatch: 'exact match',
  validCalls: 'valid calls',
  exactCalls: 'exact calls',
  rougeL: 'ROUGE-L',
};

/** The command's texts in English. Codes, JSON and logs are never translated, and neither are messages of errors. */
export const english = {
  usageTitle: 'Fine-tuning pipelines as typed TypeScript.',
  planSummary: (reuse: number, run: number, mayRun: number) =>
    `${String(reuse)} to reuse, ${String(run)} to run, ${String(mayRun)} that may run`,
  planNothing: (steps: number) =>
    `everything is up to date: ${String(steps)} ${steps === 1 ? 'step' : 'steps'} to reuse`,
  actionReuse: 'reuse',
  actionRun: 'run',
  actionMayRun: 'may run',
  estimate: (time: string) => `about ${time}`,
  trainsSteps: (label: string, steps: string, rows: string, amount: string, unit: string) =>
    `${label} trains about ${steps} steps of ${rows} rows, ${amount} ${unit}`,
  estimateBasis: (label: string, time: string, gpuHours: string | undefined, run: string, took: string) =>
    `${label} takes about ${time}${gpuHours === undefined ? '' : ` and ${gpuHours} GPU-hours`}, as run ${run} took ${took}`,
  estimateWork: (unit: string, then: string, now: string, sameSettings: boolean) =>
    ` for ${then} ${unit} and there are ${now}${sameSettings ? '' : ', with other settings'}`,
  needsGpuMemory: (label: string, size: string, parts: string) =>
    `${label} needs about ${size} of GPU memory: ${parts}`,
  needsDownload: (label: string, size: string, why: string) => `${label} downloads ${size}: ${why}`,
  needsDisk: (label: string, size: string, why: string) => `${label} takes ${size} of disk: ${why}`,
  runTitle: (pipeline: string, configuration: string, steps: number, run: number) =>
    `${pipeline}${configuration === 'default' ? '' : ` (${configuration})`}: ${String(steps)} steps, run ${String(run)}`,
  stepStarted: (why: string) => `started: ${why}`,
  stepRan: (time: string) => `ran in ${time}`,
  stepFailed: (time: string) => `failed after ${time}`,
  stepSkipped: 'skipped',
  stepCancelled: 'cancelled',
  stepReused: (saved: string) => `reused (${saved} saved)`,
  reusedTogether: (count: number, labels: string, saved: string) =>
    `${String(count)} reused (${saved} saved): ${labels}`,
  trackingOpened: (label: string, url: string) => `${label}: watch it at ${url}`,
  curvesAt: (label: string, url: string) => `${label}: its curves are at ${url}`,
  curvesIn: (label: string, folder: string) => `${label}: its curves are in ${folder}, not uploaded yet`,
  trackingWantsLogin: (labels: string, run: number) =>
    `nobody is logged in to SwanLab: \`temper login swanlab\`, then \`temper sync ${String(run)}\` uploads the curves of ${labels}`,
  trackedOffline: (labels: string, run: number, folder: string) =>
    `the curves of ${labels} are in ${folder}; \`temper sync ${String(run)}\` uploads them`,
  trackingRest: (labels: string, run: number) =>
    `SwanLab does not have all of ${labels} yet; \`temper sync ${String(run)}\` uploads the rest`,
  tracking: 'curves',
  loggedIn: (username: string, host: string) => `logged in to ${host} as ${username}`,
  askForKey: 'API key (SwanLab: settings, API key): ',
  uploaded: (run: number, label: string, url: string) => `run ${String(run)}, ${label}: uploaded to ${url}`,
  uploadedBefore: (run: number, label: string, url: string) =>
    `run ${String(run)}, ${label}: was there already, at ${url}`,
  notWhole: (run: number, label: string, why: string) =>
    `run ${String(run)}, ${label}: not everything could be sent: ${why}`,
  runGoesOn: (run: number) =>
    `run ${String(run)} has not ended and is left alone; \`temper sync ${String(run)}\` uploads what there is`,
  nothingTracked: 'no run of this workspace was tracked',
  progress: (count: string, facts: string) => `${count}${facts === '' ? '' : `  ${facts}`}`,
  tokensPerSecond: (count: string) => `${count} tok/s`,
  remaining: (time: string) => `${time} left`,
  liveSteps: (ended: number, steps: number) => `${String(ended)} of ${String(steps)} steps`,
  liveSaved: (time: string) => `${time} saved by reuse`,
  liveMore: (steps: number) => `${String(steps)} more running`,
  adopted: (run: number) => `goes on with the job that run ${String(run)} left behind`,
  hubWait: (cause: string, seconds: number, next: NextTry) =>
    `${cause}; trying again in ${String(seconds)} s (${String(next.number)} of ${String(next.of)})`,
  liveRetry: (cause: string, seconds: number, next: NextTry) =>
    seconds > 0
      ? `trying again in ${String(seconds)} s (${String(next.number)} of ${String(next.of)}): ${cause}`
      : `trying again (${String(next.number)} of ${String(next.of)}): ${cause}`,
  waiting: (what: string) => `waiting for ${what}, which works on the same step`,
  environment: (name: string, phase: string) => `environment ${name}: ${phase}`,
  allReused: (steps: number, saved: string, time: string) =>
    `everything is up to date: ${String(steps)} steps reused, ${saved} saved, in ${time}`,
  runSucceeded: (ran: number, reused: number, time: string) =>
    `done in ${time}: ${String(ran)} ran, ${String(reused)} reused`,
  runFailed: (failed: number, time: string) =>
    `failed after ${time}: ${String(failed)} ${failed === 1 ? 'step' : 'steps'} failed`,
  runCancelled: (time: string) => `cancelled after ${time}; run the same command again to go on`,
  output: (name: string, path: string) => `${name} → ${path}`,
  comparedOn: (rows: number) => `on ${String(rows)} held-out rows`,
  comparedBase: 'base',
  comparedTuned: 'tuned',
  comparedWanted: 'wanted',
  countOf: (count: number, of: number) => `${String(count)} of ${String(of)}`,
  metric: (name: string) => metrics[name] ?? name,
  /** A sentence that comes from below the command, in this language. */
  say: (sentence: string) => sentence,
  hint: 'hint',
  log: 'log',
  logTail: (lines: number) =>
    lines === 1 ? 'the last line of the log:' : `the last ${String(lines)} lines of the log:`,
  warning: 'warning',
  bug: 'this is a bug in Temper; please report it with the lines below',
  checkPassed: (count: number) => `${String(count)} ${count === 1 ? 'plan is' : 'plans are'} sound`,
  checkFailed: (count: number) => `${String(count)} ${count === 1 ? 'problem' : 'problems'}`,
  initName: (name: string) => `name of the pipeline (${name}): `,
  initNext: 'next:',
  fromDefault: 'default',
  noRuns: 'no run yet in this workspace',
  outcomeSucceeded: 'succeeded',
  outcomeFailed: 'failed',
  outcomeCancelled: 'cancelled',
  outcomeUnfinished: 'unfinished',
  pinned: (outcome: string) => `${outcome}, pinned`,
  madeBy: (at: string, what: string, time: string) => `made ${at} as ${what}, in ${time}`,
  noLog: (label: string, run: number) =>
    `${label} printed nothing in run ${String(run)}; \`temper show ${String(run)}\` says what became of it`,
  wordRan: 'ran',
  wordReused: 'reused',
  runCounts: (ran: number, reused: number, failed: number) =>
    `${String(ran)} ran, ${String(reused)} reused${failed === 0 ? '' : `, ${String(failed)} failed`}`,
  runNondeterministic: (labels: string) => `nondeterministic: ${labels}`,
  noJobs: 'no job runs, and none was left behind',
  jobRunning: 'running',
  jobAdopted: 'running, adopted by another run',
  jobOrphaned: 'orphaned: its run is gone',
  jobFinished: 'finished: the next run takes it in',
  jobFailed: 'failed, and its run is gone',
  jobUnknown: 'out of sight: its engine or machine does not answer',
  jobOfRun: (run: string) => `run ${run}`,
  jobStopped: (label: string) => `${label} has stopped`,
  jobRemoved: (label: string, state: string) =>
    `${label}: ${state === 'orphaned' ? 'stopped and removed' : 'removed'}`,
  nothingToClean: 'nothing was left behind',
  whyNothing: (against?: number) =>
    `nothing differs from its ${against === undefined ? 'newest result' : `result of run ${String(against)}`}`,
  verifySound: (read: string) => `the store is sound: ${read} read`,
  verifyDamaged: (count: number, read: string) =>
    `${String(count)} damaged, ${read} read; the next run makes again what it needs`,
  gcCould: (size: string, files: number) =>
    `${size} in ${String(files)} files could go; --apply removes them`,
  gcDone: (size: string, files: number) => `${size} in ${String(files)} files removed`,
  gcHeldUp: (runs: number, pid: number) =>
    `nothing was removed: ${runs === 1 ? 'a run is' : `${String(runs)} runs are`} going on (process ${String(pid)}), and what they need is not known before they end`,
  gcLeft: (size: string) => `${size} stay: the newest result of each step is never removed`,
  exported: (name: string, folder: string, files: number, size: string) =>
    `${name} → ${folder} (${String(files)} files, ${size})`,
  rerunEqual: (files: number, time: string) =>
    `${String(files)} ${files === 1 ? 'file' : 'files'} came out the same, in ${time}`,
  rerunDifferent: 'other bytes than the result that is kept',
  rerunAbsent: 'absent',
  rerunKept: (folder: string) => `what came out now is kept in ${folder}, until you remove it`,
  diffNothing: (first: number, second: number) => `runs ${String(first)} and ${String(second)} do not differ`,
  diffParams: 'params',
  diffMetrics: 'metrics',
  diffSteps: 'steps',
  diffOutputs: 'outputs',
  diffBetter: 'better',
  diffWorse: 'worse',
  affectedNothing: (commit: string) => `no step differs from ${commit}`,
  affectedChanged: 'changes',
  affectedDownstream: 'reads what may change',
  affectedAdded: 'is new',
  affectedRemoved: 'is gone',
  baselineAccepted: (run: number, file: string) => `run ${String(run)} is accepted: ${file}, to be committed`,
  baselineTitle: (run: number) => `against the accepted run ${String(run)}:`,
  baselineSame: (run: number) => `every metric is that of the accepted run ${String(run)}`,
  baselineWithin: 'within tolerance',
  baselineMissing: 'not measured',
  cacheSaved: (results: number, size: string, leftOut: number) =>
    `${String(results)} results saved (${size}), ${String(leftOut)} left out`,
  cacheRestored: (results: number, refused: number) =>
    `${String(results)} results restored, ${String(refused)} refused`,
  lockSound: 'the lock is right',
  lockWritten: 'locked',
  lockDrifted: (count: number) =>
    `${String(count)} ${count === 1 ? 'thing is' : 'things are'} not what the lock says`,
  lockMissing: 'not locked yet',
  lockUnresolved: 'left as it was: something outside could not be looked up',
  lockProposal: (command: string) => `the lock is out of date: \`${command}\` writes it, to be committed`,
  chatTitle: (pipeline: string, configuration: string, label: string, run: string) =>
    `${pipeline}${configuration === 'default' ? '' : ` (${configuration})`}: what ${label} made in run ${run}`,
  chatStale: (label: string) =>
    `${label} is not up to date: this is its newest result; \`temper run\` makes it anew`,
  chatHint: '/help lists the commands; Ctrl-C stops an answer, Ctrl-D leaves',
  chatHelp: (command: ChatCommand) =>
    ({
      system: '/system TEXT    set the system message and begin anew; `off` removes it, nothing shows it',
      retry: '/retry          another answer to the last question, drawn instead of the likeliest',
      save: '/save [FILE]    append the conversation to a file, as a row that load-rows reads',
      compare: '/compare        let the base answer, too; again to stop it',
      checkpoint: '/checkpoint [N] list the checkpoints, or talk to that of step N; `off` goes back',
      new: '/new            begin a new conversation',
      help: '/help           these lines; // begins a message with a slash',
      exit: '/exit           leave',
    })[command],
  chatNew: 'a new conversation',
  chatNothingToRetry: 'nothing was answered yet',
  chatNothingToSave: 'nothing was said yet',
  chatSaved: (file: string) => `appended to ${file}`,
  chatNotSaved: (file: string, why: string) => `${file} could not be written: ${why}`,
  chatSystem: (system: string) => `system message: ${system}`,
  chatNoSystem: 'there is no system message',
  chatSystemOff: 'a new conversation without a system message',
  chatCompareOn: 'the tuned model answers first, the base after it',
  chatCompareOff: 'only the tuned model answers',
  chatNoBase: 'there is nothing to compare with: the store does not hold the base any more',
  chatCheckpoint: (step: number, loss: string | undefined) =>
    `checkpoint of step ${String(step)}${loss === undefined ? '' : `, held-out loss ${loss}`}`,
  chatCheckpointOff: 'the pipeline’s own model again',
  chatNoCheckpoint: (step: string, steps: string) =>
    steps === ''
      ? 'the store holds no checkpoints'
      : `there is no checkpoint of step ${step}; there are ${steps}`,
  chatUnknown: (command: string) => `there is no command /${command}`,
  chatLimit: 'cut off at the limit of tokens (--max-new-tokens)',
  chatInterrupted: 'stopped',
  chatWordless: 'ended without a word',
  reportWritten: (file: string, size: string) => `${file} (${size})`,
  cancelling: 'stopping: steps get 30 s to save a checkpoint; press Ctrl-C again to stop at once',
} as const;
