import width from 'fast-string-width';
import type { PlanResult } from '@temper/run';
import { pad } from './columns.ts';
import { duration } from './format.ts';
import { whyText } from './run-lines.ts';
import type { Terminal } from './terminal.ts';

/** Prints a plan: a line a step, and what it comes to. */
export function printPlan(result: PlanResult, { texts, colors, ...terminal }: Terminal): void {
  const words = { reuse: texts.actionReuse, run: texts.actionRun, 'may-run': texts.actionMayRun };
  const marks = { reuse: colors.dim('='), run: colors.cyan('>'), 'may-run': colors.yellow('?') };
  const widest = Math.max(0, ...result.steps.map(({ label }) => width(label)));
  const widestWord = Math.max(...Object.values(words).map((word) => width(word)));
  for (const step of result.steps) {
    const estimate =
      step.action === 'reuse' || step.estimateSeconds === null
        ? ''
        : colors.dim(`  ${texts.estimate(duration(step.estimateSeconds))}`);
    const why = whyText(step, texts);
    terminal.line(
      `${marks[step.action]} ${pad(step.label, widest)}  ${pad(words[step.action], widestWord)}${why === '' ? '' : `  ${why}`}${estimate}`.trimEnd(),
    );
  }
  const count = (action: keyof typeof words): number =>
    result.steps.filter((step) => step.action === action).length;
  const reuse = count('reuse');
  terminal.line(
    reuse === result.steps.length
      ? texts.planNothing(reuse)
      : texts.planSummary(reuse, count('run'), count('may-run')),
  );
}
