import type { PairedDifference } from '../compare/paired.ts';
import type { Report } from '../compare/report.ts';

export interface Demand {
  readonly tolerance: number;
  readonly atMost?: number | undefined;
  readonly atLeast?: number | undefined;
}

/** What a gate found about one metric. */
export interface Verdict {
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  /** Why the metric does not pass; undefined when it does. */
  readonly objection: string | undefined;
}

/** Holds the last evaluation of a report against the first and against fixed bounds; metrics it lacks are passed over. */
export function judge(
  report: Report,
  demands: Readonly<Record<string, Demand>>,
  by: 'value' | 'interval',
): readonly Verdict[] {
  return report.metrics.flatMap(({ metric, better, values, against }) => {
    const demand = demands[metric];
    const [before, after] = [values[0], values.at(-1)];
    if (demand === undefined || before === undefined || after === undefined) return [];
    const worse = howMuchWorse(better, after - before, by === 'interval' ? against.at(-1) : undefined);
    return [{ metric, before, after, objection: objectionTo(after, worse, demand) }];
  });
}

/** In the metric's units; negative when it became better. Of an interval, the end that speaks for the adapter. */
function howMuchWorse(
  better: 'lower' | 'higher',
  difference: number,
  interval: PairedDifference | null | undefined,
): number {
  if (better === 'lower') return interval == null ? difference : interval.low;
  return interval == null ? -difference : -interval.high;
}

function objectionTo(
  after: number,
  worse: number,
  { tolerance, atMost, atLeast }: Demand,
): string | undefined {
  // 2.6 − 2.5 is 0.1 and a little: what only binary fractions add is not held against it.
  if (worse > tolerance + 1e-12) {
    const allowed = tolerance === 0 ? '' : `, and ${tolerance} is allowed`;
    return `is worse by ${rounded(worse)}${allowed}`;
  }
  if (atMost !== undefined && after > atMost) return `is above ${atMost}`;
  if (atLeast !== undefined && after < atLeast) return `is below ${atLeast}`;
  return undefined;
}

/** Five digits: enough to tell, few enough to read. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(5)));
}
