import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Clock, SwanLabClient } from '@swanlab/sdk-http';
import type { EventListener, Failure, RunEvent, StepResult } from '@temper/run';
import { digestsOf, endingOf, evaluationOf, inputsOf, paramsOf, type PlannedFacts } from './facts.ts';
import { systemClock } from './patience.ts';
import { readRecord, writeRecord, type TrackingRecord } from './records.ts';
import { createMask } from './secrets.ts';
import { createClient } from './server.ts';
import { resolveSettings, type ResolvedSettings, type TrackingSettings } from './settings.ts';
import type { Writer } from './spools.ts';
import { createTrackedStep, type OpenedRun, type TrackedRun, type TrackedStep } from './tracked-step.ts';

export interface TrackerOptions {
  readonly plan: {
    readonly pipeline: string;
    readonly configuration: string;
    readonly steps: readonly PlannedFacts[];
  };
  readonly settings?: TrackingSettings | undefined;
  /** The network is not to be used. */
  readonly offline?: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the workspace's root. */
  readonly workspace: string;
  /** Where the spools of a run lie. */
  readonly logDir: (run: number) => string;
  /** Where it is remembered which tracking run has the curves of a result. */
  readonly records: string;
  /** This process. */
  readonly writer: Writer;
  /** Told of what a person should know while the run goes on. */
  readonly say: (notice: TrackingNotice) => void;
  readonly clock?: Clock | undefined;
}

export type TrackingNotice =
  /** A step can be watched there. */
  | { readonly type: 'opened'; readonly label: string; readonly url: string }
  /** Something keeps a step, or everything when there is no label, from the server. */
  | { readonly type: 'trouble'; readonly label?: string | undefined; readonly message: string };

export interface TrackingReport {
  /** `offline` where nobody is logged in, too. */
  readonly mode: 'online' | 'offline' | 'disabled';
  /** Whether it is offline for want of a login. */
  readonly wantsLogin: boolean;
  readonly runs: readonly TrackedRun[];
}

export interface Tracker {
  readonly listen: EventListener;
  /** Ends what is open and waits for uploads, five seconds at most. Never rejects. */
  close(): Promise<TrackingReport>;
}

/** Together the five seconds that tracking may cost: for uploads, and for giving them up. */
const uploadMilliseconds = 4500;
const givingUpMilliseconds = 500;

/** Tracks the steps of one run. Whatever goes wrong here is said once and hurts nobody. */
export function createTracker(options: TrackerOptions): Tracker {
  const { plan, say, environment } = options;
  const wanted = new Map(plan.steps.filter(({ tracked }) => tracked).map((step) => [step.label, step]));
  if (wanted.size === 0) return nothingTracked;
  const clock = options.clock ?? systemClock;
  const clientFor = (to: Clock): SwanLabClient =>
    createClient({ environment, workspace: options.workspace, clock: to });
  let settings: ResolvedSettings;
  let hasKey: boolean;
  try {
    settings = resolveSettings(plan.pipeline, options.settings ?? {}, options);
    if (settings.mode === 'disabled') return nothingTracked;
    ({ hasKey } = clientFor(clock));
  } catch (error) {
    say({ type: 'trouble', message: error instanceof Error ? error.message : String(error) });
    return nothingTracked;
  }
  const asked = settings.mode === 'offline' || options.offline === true ? 'offline' : 'online';
  const mode = hasKey ? asked : 'offline';

  const mask = createMask(environment);
  /** Fingerprints of the steps that have started. */
  const begun = new Map<string, string>();
  const adopted = new Set<string>();
  const open = new Map<string, TrackedStep>();
  const ended = new Map<string, StepResult>();
  const failures = new Map<string, Failure>();
  const finishing: Promise<TrackedRun | undefined>[] = [];
  let run = 0;

  /** A step is tracked from the first word of its job on: until then another process may have its result. */
  function stepOf(label: string): TrackedStep | undefined {
    const known = open.get(label);
    const planned = wanted.get(label);
    const fingerprint = begun.get(label);
    if (known !== undefined || planned === undefined || fingerprint === undefined) return known;
    const facts = {
      pipeline: plan.pipeline,
      configuration: plan.configuration,
      run,
      step: label,
      stage: planned.stage,
      fingerprint,
      inputs: inputsOf(planned, ended),
    };
    const { configuration } = plan;
    const before = partBefore(fingerprint);
    const step = createTrackedStep({
      label,
      mode,
      facts,
      init: {
        project: settings.project,
        ...(settings.workspace !== undefined && { workspace: settings.workspace }),
        name: configuration === 'default' ? label : `${label} (${configuration})`,
        group: String(run),
        jobType: planned.stage,
        tags: [planned.stage, configuration],
        // Given, so that what an unreachable server may have opened and what is uploaded later are one run.
        id: before?.id ?? randomUUID().replaceAll('-', '').slice(0, 16),
        resume: 'allow',
        ...(before !== undefined && { continues: before.folder, repeats: adopted.has(label) }),
        config: mask.values({ ...paramsOf(planned), temper: facts }),
        // It holds the command line, among other things.
        metadata: mask.values,
        logDir: options.logDir(run),
      },
      createClient: clientFor,
      clock,
      mask,
      environment,
      writer: options.writer,
      onOpened(opened) {
        writeRecord(options.records, fingerprint, recordOf(opened, false));
        if (opened.url !== null) say({ type: 'opened', label, url: opened.url });
      },
      onTrouble: (message) => say({ type: 'trouble', label, message }),
    });
    open.set(label, step);
    return step;
  }

  /** The tracking run of a job that somebody stopped, or whose runner was killed: this one goes on with it. */
  function partBefore(fingerprint: string): TrackingRecord | undefined {
    const record = readRecord(options.records, fingerprint);
    if (record === undefined || record.ended || record.project !== settings.project) return undefined;
    const elsewhere = settings.workspace !== undefined && record.workspace !== settings.workspace;
    return elsewhere || !existsSync(record.folder) ? undefined : record;
  }

  function recordOf({ project, workspace, id, url, folder }: OpenedRun, isOver: boolean): TrackingRecord {
    return { project, workspace, id, url, run, folder, ended: isOver };
  }

  function hear(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        run = event.run;
        break;
      case 'step-started':
        begun.set(event.label, event.fingerprint);
        break;
      case 'step-adopted':
        adopted.add(event.label);
        break;
      case 'step-device':
        stepOf(event.label)?.describe({ device: event.device, versions: event.versions });
        break;
      case 'step-progress':
        stepOf(event.label)?.progress(event.step, event.metrics);
        break;
      case 'step-text':
        stepOf(event.label)?.text(event.key, event.step, event.content, event.caption);
        break;
      case 'step-log':
        stepOf(event.label)?.console(event.stream, event.text);
        break;
      case 'failure':
        if (event.failure.label !== undefined) failures.set(event.failure.label, event.failure);
        break;
      case 'step-ended':
        end(event.step);
        break;
      default:
    }
  }

  function end(result: StepResult): void {
    const { label, outcome, fingerprint } = result;
    ended.set(label, result);
    if (!wanted.has(label)) return;
    const step = outcome === 'ran' || outcome === 'failed' ? stepOf(label) : open.get(label);
    if (step === undefined) return;
    step.describe({ outputs: digestsOf(result) });
    if (outcome === 'ran') step.figures(evaluationOf(result, options.workspace));
    const ending = endingOf(result, failures.get(label));
    const finished = step.end(ending).then((tracked) => {
      if (tracked !== undefined && fingerprint !== null)
        writeRecord(options.records, fingerprint, recordOf(tracked, ending.state !== 'aborted'));
      return tracked;
    });
    finishing.push(finished.catch(() => undefined));
  }

  async function close(): Promise<TrackingReport> {
    const left = [...open.keys()].filter((label) => !ended.has(label));
    for (const label of left) {
      const aborted = open
        .get(label)
        ?.end({ state: 'aborted', reason: 'the run ended before this step did' });
      if (aborted !== undefined) finishing.push(aborted.catch(() => undefined));
    }
    const runs: TrackedRun[] = [];
    const all = Promise.all(
      finishing.map(async (finished) => {
        const tracked = await finished;
        if (tracked !== undefined) runs.push(tracked);
      }),
    );
    await within(uploadMilliseconds, all);
    for (const step of open.values()) step.hurry();
    await within(givingUpMilliseconds, all);
    return { mode, wantsLogin: !hasKey && asked === 'online', runs: [...runs] };
  }

  async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, clock.sleep(milliseconds, { signal: done.signal })]);
    done.abort();
  }

  let broken = false;
  return {
    listen(event) {
      if (broken) return;
      try {
        hear(event);
      } catch (error) {
        broken = true;
        say({ type: 'trouble', message: error instanceof Error ? error.message : String(error) });
      }
    },
    close,
  };
}

const nothingTracked: Tracker = {
  listen: () => undefined,
  close: () => Promise.resolve({ mode: 'disabled', wantsLogin: false, runs: [] }),
};
