import { useMemo, useState } from 'preact/hooks';
import type { Curve } from '../report.ts';
import { figure } from '../words.ts';
import type { SectionProps } from './app.tsx';
import { Chart, type Line } from './chart.tsx';
import type { Texts } from './texts.ts';

/** What a step measured while it ran, with the earlier run's loss behind it. */
export function Curves({ report, texts, dark }: SectionProps & { readonly dark: boolean }) {
  const [smoothing, setSmoothing] = useState(0.6);
  return (
    <>
      <p class="controls">
        <label>
          {texts.smoothing}{' '}
          <input
            type="range"
            min="0"
            max="0.98"
            step="0.02"
            value={smoothing}
            onInput={({ currentTarget }) => {
              setSmoothing(Number(currentTarget.value));
            }}
          />{' '}
          <output>{smoothing === 0 ? texts.smoothingOff : smoothing.toFixed(2)}</output>
        </label>
        <span class="aside">{texts.chartHelp}</span>
      </p>
      {report.curves.map((curve) => (
        <StepCurves key={curve.label} curve={curve} smoothing={smoothing} dark={dark} texts={texts} />
      ))}
    </>
  );
}

function StepCurves(props: {
  readonly curve: Curve;
  readonly smoothing: number;
  readonly dark: boolean;
  readonly texts: Texts;
}) {
  const { curve, smoothing, dark, texts } = props;
  const { steps, charts } = useMemo(() => chartsOf(curve, texts), [curve, texts]);
  return (
    <div class="step-curves">
      <h3>{curve.label}</h3>
      {curve.measuredIn !== null && (
        <p class="aside">{texts.measuredIn(curve.measuredIn.run, curve.measuredIn.elsewhere)}</p>
      )}
      <div class="charts">
        {charts.map(({ title, lines }) => (
          <Chart
            key={title}
            title={title}
            steps={steps}
            lines={lines}
            smoothing={smoothing}
            group={curve.label}
            dark={dark}
            texts={texts}
          />
        ))}
      </div>
      <details>
        <summary>{texts.asTable}</summary>
        <CurveTable curve={curve} texts={texts} />
      </details>
      {curve.texts.length > 0 && (
        <details>
          <summary>{texts.said}</summary>
          <dl class="said">
            {curve.texts.map(({ step, prompt, text }, index) => (
              <div key={index}>
                <dt>
                  {texts.step} {step} · {prompt}
                </dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}

interface Drawn {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Training and evaluation loss share a chart; everything else has one of its own. Both runs share the steps. */
function chartsOf(
  curve: Curve,
  texts: Texts,
): { readonly steps: readonly number[]; readonly charts: readonly Drawn[] } {
  const { before, series } = curve;
  const steps = [...new Set([...curve.steps, ...(before?.steps ?? [])])].sort((left, right) => left - right);
  const along = (own: readonly number[], values: readonly (number | null)[]): readonly (number | null)[] => {
    const at = new Map(own.map((step, index) => [step, values[index] ?? null]));
    return steps.map((step) => at.get(step) ?? null);
  };
  const earlier = (key: string): readonly Line[] => {
    const values = before?.series[key];
    if (before === null || values === undefined) return [];
    return [
      {
        name: key === 'loss' ? texts.beforeRun(before.run) : `${key}, ${texts.beforeRun(before.run)}`,
        values: along(before.steps, values),
        colour: '--line-3',
        dashed: true,
        marked: key === 'evalLoss',
      },
    ];
  };
  const charts: Drawn[] = [];
  for (const [key, values] of Object.entries(series)) {
    const line: Line = {
      name: key,
      values: along(curve.steps, values),
      colour: '--line-1',
      marked: key.startsWith('eval'),
      exact: key === 'learningRate',
    };
    if (key === 'evalLoss' && charts[0]?.title === 'loss') {
      charts[0] = {
        title: 'loss',
        lines: [...charts[0].lines, { ...line, colour: '--line-2' }],
      };
    } else
      charts.push({
        title: key,
        lines: [line, ...(key === 'loss' || key === 'evalLoss' ? earlier(key) : [])],
      });
  }
  return { steps, charts };
}

const mostRows = 24;

function CurveTable({ curve, texts }: { readonly curve: Curve; readonly texts: Texts }) {
  const keys = Object.keys(curve.series);
  const stride = Math.ceil(curve.steps.length / mostRows);
  const rows = [...curve.steps.keys()].filter(
    (index) => index % stride === 0 || index === curve.steps.length - 1,
  );
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={`${curve.label}, ${texts.asTable}`}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {texts.step}
            </th>
            {keys.map((key) => (
              <th key={key} scope="col" class="number">
                {key}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => (
            <tr key={index}>
              <th scope="row" class="number">
                {curve.steps[index]}
              </th>
              {keys.map((key) => {
                const value = curve.series[key]?.[index];
                return (
                  <td key={key} class="number">
                    {value == null ? '' : figure(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
