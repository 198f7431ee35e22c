/**
 * What a run has to do with SwanLab: which steps are tracked, and the lines that a person reads about it. The tracker
 * is told of everything that the printer is told of.
 */
import { join, relative } from 'node:path';
import type { Plan } from '@temper/plan';
import type { EventListener } from '@temper/run';
import { createTracker, type Holder, type TrackingNotice, type TrackingReport } from '@temper/tracking';
import type { RunPrinter } from './print/run-printer.ts';
import type { Session } from './session.ts';
import type { Language } from './texts/catalogue.ts';
import { languageOf } from './texts/catalogue.ts';

/** The stages with curves or figures that somebody wants to compare. */
const trackedStages: readonly string[] = ['lora-sft', 'evaluate'];

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
    readonly flags: { readonly offline?: boolean; readonly lang?: Language };
  },
): RunTracking {
  const { session, printer, flags } = options;
  const { places, environment } = session;
  const texts = trackingTexts(flags.lang ?? languageOf(environment));
  const say = (notice: TrackingNotice): void => {
    if (notice.type === 'opened') printer.line(`  ${texts.opened(notice.label, notice.url)}`);
    else if (notice.type === 'held') printer.line(`  ${texts.held(notice.label, notice.holder)}`);
    else printer.listen({ ...notice, type: 'warning', code: 'tracking' });
  };
  let run = 0;
  const tracker = createTracker({
    plan: {
      pipeline: plan.pipeline,
      configuration: plan.configuration,
      steps: plan.steps.map(({ label, stage, params, wires }) => ({
        label,
        stage,
        params,
        inputs: wires.map(({ input, step, output }) => ({
          input,
          from: plan.steps[step]?.label ?? '',
          output,
        })),
      })),
    },
    stages: trackedStages,
    settings: plan.settings.tracking,
    offline: flags.offline,
    environment,
    workspace: places.workspace,
    logDir: (number) => spoolsOf(places.workspace, number),
    index: trackingIndex(places.index),
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
    if (wantsLogin) return texts.loginWanted(labels, run);
    const folder = relative(places.workspace, spoolsOf(places.workspace, run));
    return mode === 'offline' ? texts.offline(labels, run, folder) : texts.rest(labels, run);
  }

  return {
    listen(event) {
      if (event.type === 'run-started') ({ run } = event);
      tracker.listen(event);
    },
    close: () => (closing ??= close()),
  };
}

/** Where it is remembered which tracking run holds the curves of which result. */
export function trackingIndex(index: string): string {
  return join(index, 'tracking');
}

function spoolsOf(workspace: string, run: number): string {
  return join(workspace, '.temper', 'runs', String(run), 'swanlab');
}

/** The sentences of tracking. */
interface TrackingTexts {
  opened(label: string, url: string): string;
  held(label: string, holder: Holder): string;
  loginWanted(labels: string, run: number): string;
  offline(labels: string, run: number, folder: string): string;
  rest(labels: string, run: number): string;
  loggedIn(username: string, host: string): string;
  askForKey: string;
  uploaded(run: number, label: string, url: string): string;
  uploadedBefore(run: number, label: string, url: string): string;
  notWhole(run: number, label: string, why: string): string;
  runGoesOn(run: number): string;
  nothingTracked: string;
}

export function trackingTexts(language: Language): TrackingTexts {
  return language === 'zh' ? chinese : english;
}

const english: TrackingTexts = {
  opened: (label, url) => `${label}: watch it at ${url}`,
  held: (label, { url, run, folder }) =>
    `${label}: its curves are ${url === null ? `in ${folder}; \`temper sync ${String(run)}\` uploads them` : `at ${url}`}`,
  loginWanted: (labels, run) =>
    `nobody is logged in to SwanLab: \`temper login swanlab\`, then \`temper sync ${String(run)}\` uploads the curves of ${labels}`,
  offline: (labels, run, folder) =>
    `the curves of ${labels} are in ${folder}; \`temper sync ${String(run)}\` uploads them`,
  rest: (labels, run) =>
    `SwanLab does not have all of ${labels} yet; \`temper sync ${String(run)}\` uploads the rest`,
  loggedIn: (username, host) => `logged in to ${host} as ${username}`,
  askForKey: 'API key (SwanLab: settings, API key): ',
  uploaded: (run, label, url) => `run ${String(run)}, ${label}: uploaded to ${url}`,
  uploadedBefore: (run, label, url) => `run ${String(run)}, ${label}: was there already, at ${url}`,
  notWhole: (run, label, why) => `run ${String(run)}, ${label}: not everything could be sent: ${why}`,
  runGoesOn: (run) =>
    `run ${String(run)} has not ended and is left alone; \`temper sync ${String(run)}\` uploads what there is`,
  nothingTracked: 'no run of this workspace was tracked',
};

const chinese: TrackingTexts = {
  opened: (label, url) => `${label}：在 ${url} 查看训练过程`,
  held: (label, { url, run, folder }) =>
    url === null
      ? `${label}：曲线在 ${folder}，用 \`temper sync ${String(run)}\` 上传`
      : `${label}：曲线在 ${url}`,
  loginWanted: (labels, run) =>
    `尚未登录 SwanLab：先 \`temper login swanlab\`，再用 \`temper sync ${String(run)}\` 上传 ${labels} 的曲线`,
  offline: (labels, run, folder) => `${labels} 的曲线在 ${folder}，用 \`temper sync ${String(run)}\` 上传`,
  rest: (labels, run) =>
    `SwanLab 上还没有 ${labels} 的全部数据，用 \`temper sync ${String(run)}\` 上传其余部分`,
  loggedIn: (username, host) => `已以 ${username} 的身份登录 ${host}`,
  askForKey: 'API 密钥（SwanLab：设置，API Key）：',
  uploaded: (run, label, url) => `第 ${String(run)} 次运行，${label}：已上传到 ${url}`,
  uploadedBefore: (run, label, url) => `第 ${String(run)} 次运行，${label}：早已上传，见 ${url}`,
  notWhole: (run, label, why) => `第 ${String(run)} 次运行，${label}：未能全部上传：${why}`,
  runGoesOn: (run) =>
    `第 ${String(run)} 次运行尚未结束，暂不上传；要上传已有部分，用 \`temper sync ${String(run)}\``,
  nothingTracked: '本工作区没有跟踪过的运行',
};
