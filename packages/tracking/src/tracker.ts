import { randomUUID } from 'node:crypto';
import type { Clock, SwanLabClient } from '@swanlab/sdk-http';
import type { EventListener, Failure, RunEvent, StepResult } from '@temper/run';
import {
  digestsOf,
  endingOf,
  evaluationOf,
  holderOf,
  inputsOf,
  paramsOf,
  type PlannedFacts,
} from './facts.ts';
import { readHolder, writeHolder, type Holder } from './holders.ts';
import { systemClock } from './patience.ts';
import { createMask } from './secrets.ts';
import { createClient } from './server.ts';
import { resolveSettings, type TrackingSettings } from './settings.ts';
import { createTrackedStep, type TrackedRun, type TrackedStep } from './tracked-step.ts';

export interface TrackerOptions {
  readonly plan: {
    readonly pipeline: string;
    readonly configuration: string;
    readonly steps: readonly PlannedFacts[];
  };
  /** The stages that train or evaluate. */
  readonly stages: readonly string[];
  readonly settings?: TrackingSettings | undefined;
  /** The network is not to be used. */
  readonly offline?: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the workspace's root. */
  readonly workspace: string;
  /** Where the spools of a run lie. */
  readonly logDir: (run: number) => string;
  /** Where it is remembered which tracking run holds the curves of a result. */
  readonly index: string;
  /** Told of what a person should know while the run goes on. */
  readonly say: (notice: TrackingNotice) => void;
  readonly clock?: Clock | undefined;
}

export type TrackingNotice =
  /** A step can be watched there. */
  | { readonly type: 'opened'; readonly label: string; readonly url: string }
  /** A reused step has its curves there. */
  | { readonly type: 'held'; readonly label: string; readonly holder: Holder }
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
  const wanted = new Map(
    plan.steps.filter(({ stage }) => options.stages.includes(stage)).map((step) => [step.label, step]),
  );
  const settings = resolveSettings(plan.pipeline, options.settings ?? {}, environment);
  if (wanted.size === 0 || settings.mode === 'disabled') return nothingTracked;
  const clock = options.clock ?? systemClock;
  const clientFor = (to: Clock): SwanLabClient =>
    createClient({ environment, workspace: options.workspace, clock: to });
  let hasKey: boolean;
  try {
    ({ hasKey } = clientFor(clock));
  } catch (error) {
    say({ type: 'trouble', message: error instanceof Error ? error.message : String(error) });
    return nothingTracked;
  }
  const asked = settings.mode === 'offline' || options.offline === true ? 'offline' : 'online';
  const mode = hasKey ? asked : 'offline';

  const mask = createMask(environment);
  const begun = new Set<string>();
  const open = new Map<string, TrackedStep>();
  const ended = new Map<string, StepResult>();
  const failures = new Map<string, Failure>();
  const finishing: Promise<TrackedRun | undefined>[] = [];
  let run = 0;

  /** A step is tracked from the first word of its job on: until then another process may have its result. */
  function stepOf(label: string): TrackedStep | undefined {
    const known = open.get(label);
    const planned = wanted.get(label);
    if (known !== undefined || planned === undefined || !begun.has(label)) return known;
    const facts = {
      pipeline: plan.pipeline,
      configuration: plan.configuration,
      run,
      step: label,
      stage: planned.stage,
      inputs: inputsOf(planned, ended),
    };
    const { configuration } = plan;
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
        id: randomUUID().replaceAll('-', '').slice(0, 16),
        resume: 'allow',
        config: { ...paramsOf(planned), temper: facts },
        logDir: options.logDir(run),
      },
      createClient: clientFor,
      clock,
      mask,
      onOpened: (url) => say({ type: 'opened', label, url }),
      onTrouble: (message) => say({ type: 'trouble', label, message }),
    });
    open.set(label, step);
    return step;
  }

  function hear(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        run = event.run;
        break;
      case 'step-started':
        begun.add(event.label);
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
    if (outcome === 'reused') {
      const holder = fingerprint === null ? undefined : readHolder(options.index, fingerprint);
      if (holder !== undefined) say({ type: 'held', label, holder });
    }
    const step = outcome === 'ran' || outcome === 'failed' ? stepOf(label) : open.get(label);
    if (step === undefined) return;
    step.describe({ fingerprint, outputs: digestsOf(result) });
    if (outcome === 'ran') step.figures(evaluationOf(result, options.workspace));
    const finished = step.end(endingOf(result, failures.get(label))).then((tracked) => {
      if (tracked !== undefined && outcome === 'ran' && fingerprint !== null)
        writeHolder(options.index, fingerprint, holderOf(tracked, run, options.workspace));
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
