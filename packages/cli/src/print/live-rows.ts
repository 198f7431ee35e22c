/**
 * What stands below the lines of a run while it happens: a row for each step that runs, and one for the run. Pure, so
 * that a test can look at any moment; painting is run-table.ts.
 */
import { width } from './width.ts';
import type { Colors } from './colors.ts';
import { bytes, duration, figure } from '@temper/report/words';
import type { Texts } from '../texts/catalogue.ts';
import { counted } from './progress-words.ts';
import { fit, pad } from './columns.ts';
import { sparkline } from './sparkline.ts';

/** A step that runs. Times in milliseconds. */
export interface LiveStep {
  readonly label: string;
  readonly startedAt: number;
  /** What it is busy with before it counts steps. */
  readonly phase: string;
  readonly step: number;
  /** 0 as long as nothing is counted. */
  readonly of: number;
  readonly losses: readonly number[];
  /** When the recent steps came. */
  readonly pace: readonly { readonly at: number; readonly step: number }[];
  /** The newest number of each metric. */
  readonly facts: Readonly<Record<string, number | null>>;
  /** What went wrong outside and when it is tried again, as long as nothing has come since. */
  readonly retry:
    | {
        readonly cause: string;
        readonly until: number;
        readonly next: { readonly number: number; readonly of: number };
      }
    | undefined;
}

export interface LiveRun {
  readonly startedAt: number;
  /** All its steps, in the order of the pipeline; none before the plan is made. */
  readonly labels: readonly string[];
  readonly ended: number;
  readonly savedSeconds: number;
  /** By label. */
  readonly running: ReadonlyMap<string, LiveStep>;
}

export interface LiveStyle {
  readonly columns: number;
  /** Lines that may be taken, at least one. */
  readonly lines: number;
  readonly texts: Texts;
  readonly colors: Colors;
}

/** The rows at a moment, none wider than the terminal and not more than it has room for. */
export function liveRows(run: LiveRun, now: number, style: LiveStyle): readonly string[] {
  const { columns, lines, texts, colors } = style;
  if (run.labels.length === 0) return [];
  // In the order of starting, two steps that start together would change places from run to run.
  const running = run.labels.flatMap((label) => run.running.get(label) ?? []);
  const widest = Math.max(0, ...running.map(({ label }) => width(label)));
  const rows = running.map((step) => stepRow(step, now, widest, style));
  // The last line tells of the whole run, and of the steps for which there is no room.
  const shown = rows.slice(0, lines - 1);
  const facts = [
    texts.liveSteps(run.ended, run.labels.length),
    duration((now - run.startedAt) / 1000),
    run.savedSeconds > 0 ? texts.liveSaved(duration(run.savedSeconds)) : '',
    rows.length > shown.length ? texts.liveMore(rows.length - shown.length) : '',
  ].filter((fact) => fact !== '');
  return [...shown, `  ${colors.dim(facts.join('  '))}`].map((row) => fit(row, columns - 1));
}

function stepRow(step: LiveStep, now: number, widest: number, { columns, texts, colors }: LiveStyle): string {
  const elapsed = duration((now - step.startedAt) / 1000);
  const head = `${colors.cyan('>')} ${pad(step.label, widest)}`;
  if (step.retry !== undefined) {
    const { cause, until, next } = step.retry;
    const count = step.of === 0 ? '' : `${counted(step.step, step.of, step.facts)}  `;
    const seconds = Math.max(0, Math.ceil((until - now) / 1000));
    return `${head}  ${count}${elapsed}  ${colors.yellow(texts.liveRetry(cause, seconds, next))}`;
  }
  if (step.of === 0) return `${head}  ${elapsed}  ${colors.dim(step.phase)}`;
  const { loss, tokensPerSecond, gpuMemory, bytesPerSecond } = step.facts;
  const facts = [
    bar(step.step / step.of, Math.max(6, Math.min(20, Math.floor(columns / 6))), colors),
    counted(step.step, step.of, step.facts),
    elapsed,
    loss == null ? '' : `${sparkline(step.losses)} ${figure(loss)}`,
    tokensPerSecond == null ? '' : texts.tokensPerSecond(String(Math.round(tokensPerSecond))),
    bytesPerSecond == null ? '' : `${bytes(bytesPerSecond)}/s`,
    gpuMemory == null ? '' : `GPU ${bytes(gpuMemory)}`,
    remaining(step, now, texts),
  ].filter((fact) => fact !== '');
  return `${head}  ${facts.join('  ')}`;
}

function bar(share: number, cells: number, colors: Colors): string {
  const full = Math.round(Math.min(1, share) * cells);
  // Told apart by shape as well, for whoever sees no colours.
  return `${colors.cyan('━'.repeat(full))}${colors.dim('╌'.repeat(cells - full))}`;
}

/** From the pace of the recent steps: the first ones, with their warming up, say little about the others. */
function remaining({ pace, step, of }: LiveStep, now: number, texts: Texts): string {
  const first = pace[0];
  if (first === undefined || step <= first.step || step >= of) return '';
  return texts.remaining(duration(((now - first.at) / 1000 / (step - first.step)) * (of - step)));
}
