import type { StepTracking } from '@temper/tracking/records';
import type { Terminal } from './terminal.ts';

/** Says of each step that has curves somewhere where they are. */
export function printCurves(
  steps: readonly { readonly label: string; readonly tracking?: StepTracking }[],
  { texts, ...terminal }: Pick<Terminal, 'texts' | 'line'>,
): void {
  for (const { label, tracking } of steps) {
    if (tracking === undefined) continue;
    const { url, folder } = tracking;
    terminal.line(`  ${url === null ? texts.curvesIn(label, folder) : texts.curvesAt(label, url)}`);
  }
}
