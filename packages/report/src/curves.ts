import type { Curve } from './report.ts';
import type { NotedEvent } from './record.ts';

/** More points than this say nothing more on a screen, and would make the page heavy. */
const most = 600;

/** Download and counting progress says how far a step is, not what it learns. */
const dull = new Set(['bytesPerSecond', 'gpuMemory', 'tokens', 'epoch']);

export type Measured = Pick<Curve, 'steps' | 'series' | 'texts'>;

/** What a step measured, from its events; undefined where it measured nothing. */
export function readCurve(events: readonly NotedEvent[]): Measured | undefined {
  const points = new Map<number, Record<string, number | null>>();
  const texts: { step: number; prompt: string; text: string }[] = [];
  for (const event of events) {
    if (event.type === 'step-progress') {
      const metrics = Object.entries(event.metrics).filter(([key]) => !dull.has(key));
      if (metrics.length > 0)
        points.set(event.step, { ...points.get(event.step), ...Object.fromEntries(metrics) });
    }
    if (event.type === 'step-text')
      texts.push({ step: event.step, prompt: event.caption ?? event.key, text: event.content });
  }
  if (points.size < 2) return undefined;
  const all = [...points.keys()].sort((left, right) => left - right);
  const steps = thin(all, points);
  const keys = [...new Set([...points.values()].flatMap((point) => Object.keys(point)))].sort(byWeight);
  const series = Object.fromEntries(
    keys.map((key) => [key, steps.map((step) => short(points.get(step)?.[key] ?? null))]),
  );
  return { steps, series, texts };
}

/** Every so many points, but none that carries an evaluation, and never the last. */
function thin(
  steps: readonly number[],
  points: ReadonlyMap<number, Record<string, number | null>>,
): readonly number[] {
  if (steps.length <= most) return steps;
  const stride = Math.ceil(steps.length / most);
  return steps.filter(
    (step, index) =>
      index % stride === 0 || index === steps.length - 1 || points.get(step)?.['evalLoss'] != null,
  );
}

/** Six digits are more than a curve can show. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

const order = ['loss', 'evalLoss', 'learningRate', 'gradNorm', 'tokensPerSecond'];

function byWeight(left: string, right: string): number {
  const at = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return at(left) - at(right) || (left < right ? -1 : 1);
}
