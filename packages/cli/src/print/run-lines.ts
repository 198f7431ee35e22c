import { width } from './width.ts';
import { reuseOf, type EventListener, type RunEvent, type StepResult } from '@temper/run';
import { bytes, duration, figure } from '@temper/report/words';
import { pad } from './columns.ts';
import { briefly, counted, doing } from './progress-words.ts';
import { reuseLines } from './reuse-lines.ts';
import type { Terminal } from './terminal.ts';
import { whyText } from './why-text.ts';

/** Prints a run as plain lines: one when a step starts, one in a while of progress, one when it ends. */
export function createRunLines(terminal: Terminal): EventListener {
  const { texts, colors } = terminal;
  let reused: StepResult[] = [];
  let widest = 0;
  const reported = new Map<string, number>();
  /** The wait that was told, by label: when it is over, and which try comes then. */
  const waits = new Map<string, { readonly until: number; readonly number: number }>();

  /** Steps reused one after the other take one line. */
  const flushReused = (): void => {
    if (reused.length === 0) return;
    for (const text of reuseLines(reuseOf(reused), terminal)) terminal.line(text);
    reused = [];
  };
  const line = (mark: string, label: string, text: string): void => {
    flushReused();
    terminal.line(`${mark} ${pad(label, widest)}  ${text}`);
  };

  return (event: RunEvent) => {
    switch (event.type) {
      case 'run-started':
        widest = Math.max(...event.steps.map(({ label }) => width(label)));
        terminal.line(
          colors.bold(texts.runTitle(event.pipeline, event.configuration, event.steps.length, event.run)),
        );
        break;
      case 'environment':
        flushReused();
        terminal.line(colors.dim(`  ${texts.environment(event.name, doing(event.phase, texts))}`));
        break;
      case 'step-started':
        line(colors.cyan('>'), event.label, texts.stepStarted(whyText(event, texts)));
        break;
      case 'step-adopted':
        line(colors.dim('·'), event.label, texts.adopted(event.run));
        break;
      case 'step-waiting':
        line(colors.dim('·'), event.label, texts.waiting(event.for));
        break;
      case 'step-progress': {
        // Ten lines a step are enough in a file or a CI log.
        const part = Math.floor((event.step / Math.max(1, event.of)) * 10);
        if (part === reported.get(event.label) || event.step === 0) break;
        reported.set(event.label, part);
        const { loss, evalLoss, bytesPerSecond } = event.metrics;
        const facts = [
          bytesPerSecond == null ? '' : `${bytes(bytesPerSecond)}/s`,
          loss == null ? '' : `loss ${figure(loss)}`,
          evalLoss == null ? '' : `eval loss ${figure(evalLoss)}`,
        ].filter((fact) => fact !== '');
        line(
          colors.dim('·'),
          event.label,
          colors.dim(texts.progress(counted(event.step, event.of, event.metrics), facts.join('  '))),
        );
        break;
      }
      case 'step-retrying':
        retrying(event);
        break;
      case 'warning':
        line(colors.yellow('!'), event.label ?? '', `${texts.warning}: ${texts.say(event.message)}`);
        break;
      case 'step-ended':
        ended(event.step);
        break;
      default:
    }
    if (event.type === 'run-ended') flushReused();
  };

  /** Connections that fail together, and wait for the same, take one line. */
  function retrying({ label, cause, seconds, next }: Extract<RunEvent, { type: 'step-retrying' }>): void {
    const now = Date.now();
    const told = waits.get(label);
    if (told !== undefined && told.until > now && told.number >= next.number) return;
    waits.set(label, { until: now + seconds * 1000, number: next.number });
    line(colors.yellow('·'), label, texts.hubWait(texts.say(briefly(cause)), Math.ceil(seconds), next));
  }

  function ended(step: StepResult): void {
    switch (step.outcome) {
      case 'reused':
        reused.push(step);
        break;
      case 'ran':
        line(colors.green('✓'), step.label, texts.stepRan(duration(step.seconds)));
        break;
      case 'failed':
        line(colors.red('✗'), step.label, texts.stepFailed(duration(step.seconds)));
        break;
      case 'cancelled':
        line(colors.yellow('-'), step.label, texts.stepCancelled);
        break;
      case 'skipped':
        line(colors.dim('-'), step.label, colors.dim(texts.stepSkipped));
    }
  }
}
