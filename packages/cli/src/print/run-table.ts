import { width } from './width.ts';
import type { RunEvent } from '@temper/run';
import { linesTaken } from './columns.ts';
import { liveRows, type LiveRun, type LiveStep } from './live-rows.ts';
import { briefly, doing } from './progress-words.ts';
import { createRunLines } from './run-lines.ts';
import { whyText } from './why-text.ts';
import type { RunPrinter } from './run-printer.ts';
import type { Terminal } from './terminal.ts';
import { holdCursor } from './cursor.ts';

/** At most ten frames a second: more is only flicker, and costs the jobs their processor. */
const frameMilliseconds = 100;
/** A clock that stands still looks like a step that hangs. */
const tickMilliseconds = 1000;
/** From how many recent steps the pace is taken. */
const paceSteps = 20;

/**
 * Shows a run on a terminal: what has ended scrolls up as plain lines and stays; what runs stands below and is painted
 * again in place. The cursor is hidden meanwhile and comes back on every way out.
 */
export function createRunTable(terminal: Terminal, stream: NodeJS.WriteStream): RunPrinter {
  const { texts, colors } = terminal;
  const running = new Map<string, LiveStep>();
  let run: Omit<LiveRun, 'running'> = { startedAt: Date.now(), labels: [], ended: 0, savedSeconds: 0 };
  /** How wide the rows on the screen are. */
  let painted: readonly number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let paintedAt = 0;
  let closed = false;

  /** What is printed past the table would be painted over, so it goes above. */
  const line = (text: string): void => {
    stream.write(`${erasing()}${text}\n`);
    schedule();
  };
  const lines = createRunLines({ ...terminal, line });
  const cursor = holdCursor(stream, { leave: () => stream.write(erasing()), comeBack: schedule });
  const tick = setInterval(schedule, tickMilliseconds).unref();
  stream.on('resize', schedule);

  /** What takes the rows off the screen. After the window was made narrower they take more lines than they were. */
  function erasing(): string {
    const height = painted.reduce((sum, cells) => sum + linesTaken(cells, stream.columns), 0);
    painted = [];
    return height === 0 ? '' : `\u001b[${String(height)}A\r\u001b[J`;
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
    const rows = liveRows({ ...run, running }, paintedAt, {
      columns: Math.max(20, stream.columns),
      // One line is left for the cursor, or the top would scroll away and never be painted over.
      lines: Math.max(1, stream.rows - 1),
      texts,
      colors,
    });
    // In one piece: a terminal that shows a frame between erasing and painting flickers.
    stream.write(`${erasing()}${rows.map((row) => `${row}\n`).join('')}`);
    painted = rows.map((row) => width(row));
  }

  function update(label: string, change: (step: LiveStep) => Partial<LiveStep>): void {
    const step = running.get(label);
    if (step !== undefined) running.set(label, { ...step, ...change(step) });
  }

  function note(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        run = { ...run, startedAt: Date.now(), labels: event.steps.map(({ label }) => label) };
        break;
      case 'step-started':
        running.set(event.label, {
          ...newStep,
          label: event.label,
          startedAt: Date.now(),
          phase: whyText(event, texts),
        });
        break;
      case 'step-phase':
        // Of what was counted in an earlier phase nothing holds for the new one.
        update(event.label, ({ startedAt, label }) => ({
          ...newStep,
          startedAt,
          label,
          phase: doing(event.name, texts),
        }));
        break;
      case 'step-retrying': {
        const { cause, next } = event;
        const until = Date.now() + event.seconds * 1000;
        update(event.label, () => ({ retry: { cause: texts.say(briefly(cause)), until, next } }));
        break;
      }
      case 'step-progress': {
        const { step, of, metrics } = event;
        const loss = metrics['loss'];
        update(event.label, ({ losses, pace, facts, retry, step: before }) => ({
          step,
          of,
          // Of several connections one may wait while another brings something.
          retry: step > before ? undefined : retry,
          facts: { ...facts, ...metrics },
          losses: loss == null ? losses : [...losses, loss],
          pace: [...pace, { at: Date.now(), step }].slice(-paceSteps),
        }));
        break;
      }
      case 'step-ended':
        running.delete(event.step.label);
        run = {
          ...run,
          ended: run.ended + 1,
          savedSeconds: run.savedSeconds + (event.step.savedSeconds ?? 0),
        };
        break;
      default:
    }
  }

  return {
    line,
    listen(event) {
      note(event);
      if (!inRows.includes(event.type)) lines(event);
      schedule();
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      clearInterval(tick);
      stream.off('resize', schedule);
      cursor.release();
    },
  };
}

/** What the row of a step says: that it started, and how far it is. A line would only repeat it. */
const inRows: readonly RunEvent['type'][] = ['step-started', 'step-progress'];

const newStep: LiveStep = {
  label: '',
  startedAt: 0,
  phase: '',
  step: 0,
  of: 0,
  losses: [],
  pace: [],
  facts: {},
  retry: undefined,
};
