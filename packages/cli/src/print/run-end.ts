import type { Place } from '@temper/pipeline';
import { reuseOf, type RunResult } from '@temper/run';
import { duration } from '@temper/report/words';
import { allReusedLine, outputLines } from './reuse-lines.ts';
import type { Terminal } from './terminal.ts';

/** The last lines of a run: how it ended, and where its outputs are. */
export function printEnd(result: RunResult, { texts, colors, ...terminal }: Terminal): void {
  const count = (outcome: string): number => result.steps.filter((step) => step.outcome === outcome).length;
  const time = duration(result.seconds);
  if (result.outcome === 'cancelled') terminal.line(colors.yellow(texts.runCancelled(time)));
  else if (result.outcome === 'failed')
    terminal.line(colors.red(texts.runFailed(Math.max(1, count('failed')), time)));
  else if (count('reused') === result.steps.length && !result.pinned) {
    terminal.line(
      allReusedLine(count('reused'), reuseOf(result.steps).savedSeconds, result.seconds, { texts, colors }),
    );
  } else terminal.line(colors.green(texts.runSucceeded(count('ran'), count('reused'), time)));
  for (const line of outputLines(result.outputs, { texts })) terminal.line(line);
}

/** The result object of a run that never began, with the reason in the place of steps. */
export function refusalResult(
  pipeline: string,
  flags: { readonly config?: string },
  exitCode: number,
  problem: {
    readonly message: string;
    readonly hint?: string | undefined;
    readonly where?: Place | undefined;
    readonly code?: string;
    readonly reason?: string;
  },
): object {
  const { message, hint, where } = problem;
  return {
    schema: 'temper.run/1',
    run: null,
    pipeline,
    configuration: flags.config ?? 'default',
    outcome: 'failed',
    exitCode,
    problem: {
      code: problem.code ?? problem.reason ?? 'stale',
      message,
      hint: hint ?? null,
      where: where ?? null,
    },
    steps: [],
    outputs: {},
  };
}
