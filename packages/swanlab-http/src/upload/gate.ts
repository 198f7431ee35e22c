import { UsedSteps } from '../steps.ts';
import type { KnownSeries } from '../series.ts';

/** What an upload leaves out, because the server has it already. A live run has decided that when it was logged. */
export interface Gate {
  column(key: string): boolean;
  point(lane: 'scalar' | 'media', key: string, step: number): boolean;
  line(number: number): boolean;
}

export const openGate: Gate = { column: () => true, point: () => true, line: () => true };

/** For a log that another client wrote, or that another server has in part: each key and step once, above the known ones. */
export function createSyncGate(
  known: KnownSeries | undefined,
  lastLine: number,
  options: {
    floors: boolean;
    onSkip: (lane: 'scalar' | 'media', key: string, step: number, verdict: 'used' | 'before-resume') => void;
  },
): Gate {
  const highest = new Map([...(known?.media ?? []), ...(known?.scalars ?? [])]);
  const columns = new Set(highest.keys());
  const steps = new Map<string, UsedSteps>();
  let line = lastLine;
  return {
    column(key) {
      if (columns.has(key)) return false;
      columns.add(key);
      return true;
    },
    point(lane, key, step) {
      let used = steps.get(key);
      if (used === undefined) steps.set(key, (used = new UsedSteps(options.floors ? highest.get(key) : -1)));
      const verdict = used.take(step);
      if (verdict === 'new') return true;
      options.onSkip(lane, key, step, verdict);
      return false;
    },
    line(number) {
      if (number <= line) return false;
      line = number;
      return true;
    },
  };
}
