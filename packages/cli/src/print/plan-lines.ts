import { width } from './width.ts';
import type { Estimate, PlanResult } from '@temper/run';
import { bytes, duration } from '@temper/report/words';
import { pad } from './columns.ts';
import type { Texts } from '../texts/catalogue.ts';
import type { Terminal } from './terminal.ts';
import { whyText } from './why-text.ts';

/** Prints a plan: a line a step, and what it comes to. */
export function printPlan(result: PlanResult, { texts, colors, ...terminal }: Terminal): void {
  // Thousands of lines are written at once.
  const lines: string[] = [];
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
    lines.push(
      `${marks[step.action]} ${pad(step.label, widest)}  ${pad(words[step.action], widestWord)}${why === '' ? '' : `  ${why}`}${estimate}`.trimEnd(),
    );
  }
  // What each number is made of stands beside it: an estimate is worth what its basis is.
  for (const { label, needs, work, estimate } of result.steps) {
    if (work?.steps != null && work.rowsPerStep != null) {
      const [steps, rows] = [work.steps, work.rowsPerStep].map((each) => each.toLocaleString('en-US'));
      lines.push(
        colors.dim(`  ${texts.trainsSteps(label, steps ?? '', rows ?? '', about(work.amount), work.unit)}`),
      );
    }
    if (estimate !== undefined && isScaled(estimate))
      lines.push(colors.dim(`  ${basisOf(label, estimate, texts)}`));
    if (needs?.gpuMemory != null) {
      const parts = needs.gpuMemory.parts.map(({ name, bytes: size }) => `${name} ${bytes(size)}`);
      lines.push(
        colors.dim(`  ${texts.needsGpuMemory(label, bytes(needs.gpuMemory.bytes), parts.join(', '))}`),
      );
    }
    if (needs?.download != null)
      lines.push(
        colors.dim(`  ${texts.needsDownload(label, bytes(needs.download.bytes), needs.download.why)}`),
      );
    if (needs?.disk != null)
      lines.push(colors.dim(`  ${texts.needsDisk(label, bytes(needs.disk.bytes), needs.disk.why)}`));
  }
  const count = (action: keyof typeof words): number =>
    result.steps.filter((step) => step.action === action).length;
  const reuse = count('reuse');
  lines.push(
    reuse === result.steps.length
      ? texts.planNothing(reuse)
      : texts.planSummary(reuse, count('run'), count('may-run')),
  );
  terminal.line(lines.join('\n'));
}

/** Whether it is more than what the last run took, which stands in the line of the step. */
function isScaled({ gpuHours, basis: { work, sameSettings } }: Estimate): boolean {
  return gpuHours !== null || work.then !== work.now || !sameSettings;
}

function basisOf(label: string, { seconds, gpuHours, basis }: Estimate, texts: Texts): string {
  const { run, work, sameSettings } = basis;
  const hours = gpuHours === null ? undefined : gpuHours.toFixed(gpuHours < 10 ? 2 : 0);
  const scaled = texts.estimateWork(work.unit, about(work.then), about(work.now), sameSettings);
  return texts.estimateBasis(label, duration(seconds), hours, run, duration(basis.seconds)) + scaled;
}

/** Three digits of a large number: more would say more than is known. */
function about(amount: number): string {
  return Number(amount.toPrecision(3)).toLocaleString('en-US');
}
