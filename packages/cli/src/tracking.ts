/**
 * What a run has to do with SwanLab: which steps are tracked, and the lines that a person reads about it. The tracker
 * is told of everything that the printer is told of.
 */
import { join, relative } from 'node:path';
import type { Plan, PlannedStep } from '@temper/plan';
import type { EventListener } from '@temper/run';
import { self } from '@temper/store';
import { createTracker, type TrackingNotice, type TrackingReport } from '@temper/tracking';
import type { RunPrinter } from './print/run-printer.ts';
import type { Session } from './session.ts';

/** Whether a step has curves or figures that somebody wants to compare: our own two stages, and whatever wants a GPU. */
function isTracked({ stage, implementation }: PlannedStep): boolean {
  if (stage === 'lora-sft' || stage === 'evaluate') return true;
  return implementation.type === 'python' && implementation.gpus > 0;
}

export interface RunTracking {
  readonly listen: EventListener;
  /** Waits for uploads, five seconds at most, and says what is left to do. Never rejects; may be called twice. */
  close(): Promise<void>;
}

export function trackRun(
  plan: Plan,
  options: {
    readonly session: Session;
    readonly printer: RunPrinter;
    readonly flags: { readonly offline?: boolean };
  },
): RunTracking {
  const { session, printer, flags } = options;
  const { places, environment, terminal } = session;
  const { texts } = terminal;
  const say = (notice: TrackingNotice): void => {
    if (notice.type === 'opened') printer.line(`  ${texts.trackingOpened(notice.label, notice.url)}`);
    else printer.listen({ ...notice, type: 'warning', code: 'tracking' });
  };
  let run = 0;
  const tracker = createTracker({
    plan: {
      pipeline: plan.pipeline,
      configuration: plan.configuration,
      steps: plan.steps.map((step) => ({
        label: step.label,
        stage: step.stage,
        params: step.params,
        tracked: isTracked(step),
        inputs: step.wires.map(({ input, step: from, output }) => ({
          input,
          from: plan.steps[from]?.label ?? '',
          output,
        })),
      })),
    },
    settings: plan.settings.tracking,
    offline: flags.offline,
    environment,
    workspace: places.workspace,
    logDir: (number) => spoolsOf(places.workspace, number),
    records: places.tracking,
    writer: self(),
    say,
  });
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    const report = await tracker.close();
    const rest = restOf(report);
    if (rest !== undefined) printer.line(`  ${rest}`);
  }

  function restOf({ runs, mode, wantsLogin }: TrackingReport): string | undefined {
    const left = runs.filter(({ complete }) => !complete);
    if (left.length === 0) return undefined;
    const labels = left.map(({ label }) => label).join(', ');
    if (wantsLogin) return texts.trackingWantsLogin(labels, run);
    const folder = relative(places.workspace, spoolsOf(places.workspace, run));
    return mode === 'offline' ? texts.trackedOffline(labels, run, folder) : texts.trackingRest(labels, run);
  }

  return {
    listen(event) {
      if (event.type === 'run-started') ({ run } = event);
      tracker.listen(event);
    },
    close: () => (closing ??= close()),
  };
}

function spoolsOf(workspace: string, run: number): string {
  return join(workspace, '.temper', 'runs', String(run), 'swanlab');
}
