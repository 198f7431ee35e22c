import width from 'fast-string-width';
import type { Reason, RunEvent } from '@temper/run';
import { bytes, duration, figure } from './format.ts';
import { createRunLines, reasonText } from './run-lines.ts';
import type { RunPrinter } from './run-printer.ts';
import type { Terminal } from './terminal.ts';

/** At most ten frames a second: more is only flicker, and costs the jobs their processor. */
const frameMilliseconds = 100;
const bars = '▁▂▃▄▅▆▇█';
/** From how many recent steps the pace is taken. */
const paceSteps = 20;

interface Running {
  readonly label: string;
  readonly startedAt: number;
  readonly losses: number[];
  readonly pace: { at: number; step: number }[];
  phase: string;
  step: number;
  of: number;
  facts: Readonly<Record<string, number | null>>;
}

/**
 * Shows a run on a terminal: what has ended scrolls up as plain lines and stays; what runs stands below and is painted
 * again in place. The cursor is hidden meanwhile and comes back on every way out.
 */
export function createRunTable(terminal: Terminal, stream: NodeJS.WriteStream): RunPrinter {
  const { texts, colors } = terminal;
  const running = new Map<string, Running>();
  let painted = 0;
  let timer: NodeJS.Timeout | undefined;
  let paintedAt = 0;
  let closed = false;

  /** What is printed past the table would be painted over, so it goes above. */
  const line = (text: string): void => {
    erase();
    stream.write(`${text}\n`);
    schedule();
  };
  const lines = createRunLines({ ...terminal, line });
  const restore = (): void => {
    if (!closed) stream.write('\u001b[?25h');
  };
  process.on('exit', restore);
  stream.write('\u001b[?25l');

  function erase(): void {
    if (painted > 0) stream.write(`\u001b[${String(painted)}A\r\u001b[J`);
    painted = 0;
  }

  function schedule(): void {
    if (closed || timer !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        paint();
      },
      Math.max(0, paintedAt + frameMilliseconds - Date.now()),
    );
    timer.unref();
  }

  function paint(): void {
    if (closed) return;
    paintedAt = Date.now();
    const columns = Math.max(20, stream.columns);
    // One line is left for the cursor, or the top of the table would scroll away and never be painted over.
    const room = Math.max(1, stream.rows - 1);
    const rows = [...running.values()].slice(0, room).map((step) => fit(row(step, columns), columns - 1));
    erase();
    if (rows.length > 0) stream.write(`${rows.join('\n')}\n`);
    painted = rows.length;
  }

  function row(step: Running, columns: number): string {
    const elapsed = duration((Date.now() - step.startedAt) / 1000);
    if (step.of === 0) return `${colors.cyan('>')} ${step.label}  ${elapsed}  ${colors.dim(step.phase)}`;
    const share = Math.min(1, step.step / step.of);
    const cells = Math.max(6, Math.min(20, Math.floor(columns / 6)));
    const full = Math.round(share * cells);
    const bar = `${colors.cyan('━'.repeat(full))}${colors.dim('━'.repeat(cells - full))}`;
    const { loss, tokensPerSecond, gpuMemory, bytesPerSecond } = step.facts;
    const facts = [
      loss == null ? '' : `${spark(step.losses)} ${figure(loss)}`,
      tokensPerSecond == null ? '' : texts.tokensPerSecond(figure(Math.round(tokensPerSecond))),
      bytesPerSecond == null ? '' : `${bytes(bytesPerSecond)}/s`,
      gpuMemory == null ? '' : `GPU ${bytes(gpuMemory)}`,
      remaining(step),
    ].filter((fact) => fact !== '');
    return `${colors.cyan('>')} ${step.label}  ${bar} ${String(step.step)}/${String(step.of)}  ${elapsed}  ${facts.join('  ')}`;
  }

  function remaining({ pace, step, of }: Running): string {
    const first = pace[0];
    if (first === undefined || step <= first.step || step >= of) return '';
    const seconds = ((Date.now() - first.at) / 1000 / (step - first.step)) * (of - step);
    return texts.remaining(duration(seconds));
  }

  return {
    line,
    listen(event: RunEvent) {
      switch (event.type) {
        case 'step-started':
          running.set(event.label, start(event.label, event.reasons));
          break;
        case 'step-phase':
          update(event.label, (step) => (step.phase = event.name));
          break;
        case 'step-progress':
          update(event.label, (step) => {
            step.step = event.step;
            step.of = event.of;
            step.facts = { ...step.facts, ...event.metrics };
            if (event.metrics['loss'] != null) step.losses.push(event.metrics['loss']);
            step.pace.push({ at: Date.now(), step: event.step });
            if (step.pace.length > paceSteps) step.pace.shift();
          });
          break;
        case 'step-ended':
          running.delete(event.step.label);
          lines(event);
          break;
        default:
          lines(event);
      }
      schedule();
    },
    close() {
      if (closed) return;
      clearTimeout(timer);
      erase();
      restore();
      closed = true;
      process.off('exit', restore);
    },
  };

  function update(label: string, change: (step: Running) => void): void {
    const step = running.get(label);
    if (step !== undefined) change(step);
  }

  function start(label: string, reasons: readonly Reason[]): Running {
    return {
      label,
      startedAt: Date.now(),
      losses: [],
      pace: [],
      phase: reasonText(reasons),
      step: 0,
      of: 0,
      facts: {},
    };
  }
}

/** The last losses as bars, the highest of them full. */
function spark(losses: readonly number[]): string {
  const wanted = 16;
  const recent =
    losses.length <= wanted
      ? losses
      : Array.from(
          { length: wanted },
          (_, index) => losses[Math.floor(((index + 1) * losses.length) / wanted) - 1] ?? 0,
        );
  const low = Math.min(...recent);
  const span = Math.max(...recent) - low || 1;
  return recent
    .map((loss) => bars[Math.min(bars.length - 1, Math.floor(((loss - low) / span) * bars.length))])
    .join('');
}

/** Cuts a line to the terminal's width; colour codes take no room, and wide characters take two cells. */
function fit(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let room = columns - 1;
  let cut = '';
  for (const piece of line.matchAll(/\u001b\[[0-9;]*m|./gsu)) {
    const cells = piece[0].startsWith('\u001b') ? 0 : width(piece[0]);
    if (cells > room) break;
    room -= cells;
    cut += piece[0];
  }
  return `${cut}…\u001b[0m`;
}
