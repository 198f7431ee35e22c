import type { Comparison, Difference } from '../report.ts';
import { figure, judge, signed } from '../words.ts';
import type { SectionProps } from './app.tsx';
import type { Texts } from './texts.ts';

export function Metrics({ report, texts }: SectionProps) {
  if (report.comparisons.length === 0) return <Plain report={report} texts={texts} />;
  return (
    <>
      {report.comparisons.map((comparison) => (
        <ComparisonTable key={comparison.label} comparison={comparison} texts={texts} />
      ))}
    </>
  );
}

function ComparisonTable({ comparison, texts }: { readonly comparison: Comparison; readonly texts: Texts }) {
  const [base = '', ...others] = comparison.names;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={comparison.label}>
      <table class="metrics">
        <thead>
          <tr>
            <th scope="col">{texts.metric}</th>
            <th scope="col" class="number">
              {base}
            </th>
            {others.map((name) => (
              <>
                <th scope="col" class="number">
                  {name}
                </th>
                <th scope="col">{texts.difference(name, base)}</th>
              </>
            ))}
          </tr>
        </thead>
        <tbody>
          {comparison.metrics.map(({ metric, better, values, against }) => (
            <tr key={metric}>
              <th scope="row">
                {metric} <span class="aside">{texts.better[better]}</span>
              </th>
              <td class="number">{figure(values[0] ?? 0)}</td>
              {values.slice(1).map((value, index) => (
                <>
                  <td class="number">{figure(value)}</td>
                  <td>
                    <Against difference={against[index] ?? null} better={better} texts={texts} />
                  </td>
                </>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A difference with its interval, drawn around zero: what reaches over zero may be chance. */
function Against({
  difference,
  better,
  texts,
}: {
  readonly difference: Difference | null;
  readonly better: 'lower' | 'higher';
  readonly texts: Texts;
}) {
  if (difference === null) return <span class="aside">–</span>;
  const { low, high } = difference;
  const sure = low > 0 || high < 0 || (low === 0 && high === 0);
  const judged = sure ? judge(difference.difference, better) : 'unsure';
  const reach = Math.max(Math.abs(low), Math.abs(high), 1e-12);
  const at = (value: number): number => 50 + (value / reach) * 46;
  return (
    <div class={`against ${judged}`}>
      <svg viewBox="0 0 100 16" class="interval" aria-hidden="true" preserveAspectRatio="none">
        <line class="zero" x1="50" x2="50" y1="0" y2="16" />
        <line class="range" x1={at(low)} x2={at(high)} y1="8" y2="8" />
        <circle class="middle" cx={at(difference.difference)} cy="8" r="3.4" />
      </svg>
      <span class="figures">
        {signed(difference.difference)}{' '}
        <span class="aside">
          {signed(low)} … {signed(high)}
        </span>
      </span>
      <span class="chip">{texts.judged[judged]}</span>
    </div>
  );
}

/** Evaluations that nothing compares. */
function Plain({ report, texts }: SectionProps) {
  const names = [...new Set(report.metrics.flatMap(({ metrics }) => Object.keys(metrics)))];
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={texts.sections.metrics}>
      <table class="metrics">
        <thead>
          <tr>
            <th scope="col">{texts.metric}</th>
            {report.metrics.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {report.metrics.map(({ label, metrics }) => (
                <td key={label} class="number">
                  {metrics[name] === undefined ? '–' : figure(metrics[name].value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Baseline({ report, texts }: SectionProps) {
  if (report.baseline === null) return null;
  const { run, verdicts } = report.baseline;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={texts.sections.baseline}>
      <table class="metrics">
        <thead>
          <tr>
            <th scope="col">{texts.metric}</th>
            <th scope="col" class="number">
              {texts.accepted(run)}
            </th>
            <th scope="col" class="number">
              {texts.now}
            </th>
            <th scope="col" class="number">
              {texts.tolerance}
            </th>
            <th scope="col">{texts.verdict}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ label, metric, accepted, value, tolerance, verdict }) => (
            <tr key={`${label} ${metric}`}>
              <th scope="row">
                {metric} <span class="aside">{label}</span>
              </th>
              <td class="number">{figure(accepted)}</td>
              <td class="number">{value === null ? '–' : figure(value)}</td>
              <td class="number">{tolerance === 0 ? '–' : figure(tolerance)}</td>
              <td
                class={`against ${verdict === 'within' ? 'unsure' : verdict === 'missing' ? 'worse' : verdict}`}
              >
                <span class="chip">{texts.verdicts[verdict]}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
