import type { StepResult } from '@temper/run';
import { readMetrics, type StepMetrics } from '@temper/report';
import { duration, figure } from '@temper/report/words';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { readRuns, readUnfinished } from '../past.ts';
import { table } from '../print/table.ts';
import { openSession, type CommonOptions } from '../session.ts';

/** `temper runs`: the past, newest last. */
export function runsCommand(flags: CommonOptions): ExitCode {
  const { terminal, places } = openSession(flags);
  const { texts, columns } = terminal;
  const finished = readRuns(places.workspace);
  const unfinished = readUnfinished(places.workspace).map(({ labels: _, ...run }) => ({
    ...run,
    pinned: false,
    seconds: null,
  }));
  const runs = [...finished, ...unfinished].sort((left, right) => left.run - right.run);
  if (flags.json === true) {
    terminal.json({
      schema: 'temper.runs/1',
      runs: runs.map(({ run, pipeline, configuration, outcome, pinned, seconds, steps }) => ({
        run,
        pipeline,
        configuration,
        outcome,
        pinned,
        seconds,
        metrics: readMetrics(places.workspace, { steps }),
        ran: countOf(steps, 'ran'),
        reused: countOf(steps, 'reused'),
        failed: countOf(steps, 'failed'),
        nondeterministic: nondeterministic(steps),
      })),
    });
    return exitCode.done;
  }
  if (runs.length === 0) {
    terminal.line(texts.noRuns);
    return exitCode.done;
  }
  const words = {
    succeeded: texts.outcomeSucceeded,
    failed: texts.outcomeFailed,
    cancelled: texts.outcomeCancelled,
    unfinished: texts.outcomeUnfinished,
  };
  const rows = runs.map(({ run, pipeline, configuration, outcome, seconds, steps, pinned }) => [
    String(run),
    configuration === 'default' ? pipeline : `${pipeline} (${configuration})`,
    pinned ? texts.pinned(words[outcome]) : words[outcome],
    seconds === null ? '' : duration(seconds),
    texts.runCounts(countOf(steps, 'ran'), countOf(steps, 'reused'), countOf(steps, 'failed')),
    headline(readMetrics(places.workspace, { steps })),
    nondeterministic(steps).length === 0 ? '' : texts.runNondeterministic(nondeterministic(steps).join(', ')),
  ]);
  for (const line of table(rows, columns)) terminal.line(line);
  return exitCode.done;
}

/** Labels of the steps whose key has results with other bytes as well. */
function nondeterministic(steps: readonly StepResult[]): readonly string[] {
  return steps
    .filter(({ reasons }) => reasons.some(({ code }) => code === 'nondeterministic-kept'))
    .map(({ label }) => label);
}

/** The first metric of the last evaluation: what a run is remembered by. */
function headline(measured: readonly StepMetrics[]): string {
  const [metric, value] = Object.entries(measured.at(-1)?.metrics ?? {})[0] ?? [];
  return metric === undefined || value === undefined ? '' : `${metric} ${figure(value.value)}`;
}

function countOf(steps: readonly { readonly outcome: string }[], outcome: string): number {
  return steps.filter((step) => step.outcome === outcome).length;
}
