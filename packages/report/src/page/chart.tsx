import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot, { type AlignedData, type Options, type Series } from 'uplot';
import { figure } from '../words.ts';
import { smooth } from './smoothing.ts';
import { tickLabels } from './tick-labels.ts';
import type { Texts } from './texts.ts';

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The name of a colour of the style sheet. */
  readonly colour: '--line-1' | '--line-2' | '--line-3';
  readonly dashed?: boolean;
  /** Few values far apart: each is marked. */
  readonly marked?: boolean;
  /** Set and not measured: there is no noise to smooth away. */
  readonly exact?: boolean;
}

const height = 210;

/** Curves over steps. The pointer drags out a range; the keyboard moves and zooms; all charts of a group move together. */
export function Chart(props: {
  readonly title: string;
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
  readonly smoothing: number;
  readonly group: string;
  readonly dark: boolean;
  readonly texts: Texts;
}) {
  const { title, steps, lines, smoothing, group, dark, texts } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const smoothed = useRef(smoothing);
  const [at, setAt] = useState<number | null>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawn = new UPlot(
      options(props, element.clientWidth, setAt),
      dataOf(steps, lines, smoothing),
      element,
    );
    chart.current = drawn;
    smoothed.current = smoothing;
    const resized = new ResizeObserver(() => {
      drawn.setSize({ width: element.clientWidth, height });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
    // Colours are read when a chart is made: another theme, another chart.
  }, [dark, group, steps, lines.length, texts]);
  useEffect(() => {
    // A chart that was just made has these data already, and is not ready for others before it was drawn.
    if (smoothed.current === smoothing) return;
    smoothed.current = smoothing;
    chart.current?.setData(dataOf(steps, lines, smoothing), false);
    chart.current?.redraw();
  }, [smoothing]);

  const reset = (): void => {
    zoom(chart.current, steps, () => [steps[0] ?? 0, steps.at(-1) ?? 1]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moved = moves[event.key];
    if (moved === undefined) return;
    event.preventDefault();
    if (moved === 'reset') reset();
    else zoom(chart.current, steps, moved);
  };
  const main = lines[0];
  const known = main?.values.filter((value) => value !== null) ?? [];
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="legend">
          {lines.map(({ name, colour, dashed, values }) => (
            <span key={name}>
              <span class={`swatch ${dashed === true ? 'dashed' : ''}`} style={{ color: `var(${colour})` }} />
              {name} {valueAt(values, at)}
            </span>
          ))}
          {at !== null && (
            <span class="aside">
              {texts.step} {steps[at]}
            </span>
          )}
        </span>
      </figcaption>
      <div
        ref={place}
        class="plot"
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${texts.chartName(title, figure(known[0] ?? 0), figure(known.at(-1) ?? 0), steps.at(-1) ?? 0)}. ${texts.chartHelp}`}
        onKeyDown={onKeyDown}
      />
    </figure>
  );
}

type Range = readonly [number, number];

/** What keys do to the range that is shown. */
const moves: Readonly<Record<string, 'reset' | ((range: Range) => Range)>> = {
  ArrowLeft: ([low, high]) => [low - (high - low) * 0.2, high - (high - low) * 0.2],
  ArrowRight: ([low, high]) => [low + (high - low) * 0.2, high + (high - low) * 0.2],
  '+': ([low, high]) => [low + (high - low) * 0.15, high - (high - low) * 0.15],
  '=': ([low, high]) => [low + (high - low) * 0.15, high - (high - low) * 0.15],
  '-': ([low, high]) => [low - (high - low) * 0.2, high + (high - low) * 0.2],
  Escape: 'reset',
  '0': 'reset',
};

function zoom(chart: UPlot | undefined, steps: readonly number[], move: (range: Range) => Range): void {
  if (chart === undefined) return;
  const [first, last] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const { min = first, max = last } = chart.scales['x'] ?? {};
  const [low, high] = move([min, max]);
  const width = Math.min(high - low, last - first);
  const from = Math.max(first, Math.min(low, last - width));
  chart.setScale('x', { min: from, max: from + Math.max(width, (last - first) / 1000) });
}

function valueAt(values: readonly (number | null)[], at: number | null): string {
  if (at === null) return '';
  for (let index = at; index >= 0; index--) {
    const value = values[index];
    if (value != null) return figure(value);
  }
  return '';
}

/** Raw lines first, then the smoothed ones over them. */
function dataOf(steps: readonly number[], lines: readonly Line[], smoothing: number): AlignedData {
  const raw = lines.map(({ values }) => [...values]);
  return [
    [...steps],
    ...raw,
    ...lines.filter(isSmoothed).map(({ values }) => [...smooth(values, smoothing)]),
  ];
}

function isSmoothed({ marked, exact }: Line): boolean {
  return marked !== true && exact !== true;
}

function options(
  { lines, group, texts }: Parameters<typeof Chart>[0],
  width: number,
  setAt: (index: number | null) => void,
): Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--rule'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const series = (line: Line, faint: boolean): Series => ({
    label: line.name,
    stroke: faint ? `${colour(line.colour)}59` : colour(line.colour),
    width: faint ? 1 : 1.8,
    spanGaps: true,
    ...(line.dashed === true ? { dash: [5, 4] } : {}),
    points: { show: line.marked === true, size: 6, fill: colour(line.colour) },
  });
  return {
    width,
    height,
    legend: { show: false },
    scales: { x: { time: false } },
    cursor: { sync: { key: group }, drag: { x: true, y: false }, points: { size: 6 } },
    axes: [
      { ...axis, label: texts.step, labelSize: 16, labelFont: '11px system-ui, sans-serif', size: 30 },
      { ...axis, size: 56, values: (_, ticks) => [...tickLabels(ticks)] },
    ],
    series: [
      {},
      ...lines.map((line) => series(line, isSmoothed(line))),
      ...lines.filter(isSmoothed).map((line) => series(line, false)),
    ],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          setAt(cursor.idx ?? null);
        },
      ],
    },
  };
}
