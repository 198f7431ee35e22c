import { compareWithBaseline, readBaseline, readMetrics } from '@temper/report';
import type { RunResult } from '@temper/run';
import { figure } from '@temper/report/words';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Holds a run against the accepted one, where one was accepted. */
export function printBaseline(
  workspace: string,
  run: RunResult,
  { texts, colors, ...terminal }: Terminal,
): void {
  const held = compareWithBaseline(
    readBaseline(workspace, run.pipeline),
    run.configuration,
    readMetrics(workspace, run),
  );
  if (held === null) return;
  const told = held.verdicts.filter(({ verdict }) => verdict !== 'same');
  if (told.length === 0) {
    terminal.line(colors.dim(`  ${texts.baselineSame(held.run)}`));
    return;
  }
  const words = {
    better: colors.green(texts.diffBetter),
    within: texts.baselineWithin,
    worse: colors.red(texts.diffWorse),
    missing: colors.red(texts.baselineMissing),
    same: '',
  };
  terminal.line(`  ${texts.baselineTitle(held.run)}`);
  const rows = told.map(({ label, metric, accepted, value, verdict }) => [
    `    ${label} ${metric}`,
    figure(accepted),
    value === null ? '-' : figure(value),
    words[verdict],
  ]);
  for (const line of table(rows)) terminal.line(line);
}
