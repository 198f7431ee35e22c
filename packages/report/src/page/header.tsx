import type { Report } from '../report.ts';
import type { SectionProps, Theme } from './app.tsx';
import type { Language, Texts } from './texts.ts';

export function Header({
  report,
  texts,
  theme,
  language,
  setTheme,
  setLanguage,
}: SectionProps & {
  readonly theme: Theme;
  readonly language: Language;
  readonly setTheme: (theme: Theme) => void;
  readonly setLanguage: (language: Language) => void;
}) {
  return (
    <header>
      <div class="bar">
        <p class="brand">temper</p>
        <label>
          <span>{texts.language}</span>
          <select
            value={language}
            onChange={({ currentTarget }) => {
              setLanguage(currentTarget.value === 'zh' ? 'zh' : 'en');
            }}
          >
            <option value="en">English</option>
            <option value="zh">中文</option>
          </select>
        </label>
        <label>
          <span>{texts.theme}</span>
          <select
            value={theme}
            onChange={({ currentTarget }) => {
              setTheme(currentTarget.value as Theme);
            }}
          >
            {(['auto', 'light', 'dark'] as const).map((name) => (
              <option key={name} value={name}>
                {texts.themes[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="title">
        <h1>
          {report.pipeline}
          {report.configuration !== 'default' && <span class="configuration">{report.configuration}</span>}
        </h1>
        <p class={`badge ${report.outcome}`}>
          {texts.run(report.run)} · {texts.outcome[report.outcome]}
        </p>
      </div>
      <p class="lead">{leadOf(report, texts)}</p>
      {report.pinned && <p class="note">{texts.pinned}</p>}
      <dl class="facts">
        {report.startedAt !== null && (
          <div>
            <dt>{texts.begun}</dt>
            <dd>
              <time dateTime={report.startedAt}>{report.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>
            </dd>
          </div>
        )}
        <div>
          <dt>{texts.again}</dt>
          <dd>
            <code>npx {report.command}</code>
          </dd>
        </div>
      </dl>
    </header>
  );
}

/** The run in a sentence or two: what happened, and what it did to the first metric that was compared. */
function leadOf(report: Report, texts: Texts): string {
  const count = (outcome: string): number => report.steps.filter((step) => step.outcome === outcome).length;
  const saved = report.steps.reduce((sum, { savedSeconds }) => sum + (savedSeconds ?? 0), 0);
  const [ran, reused] = [count('ran'), count('reused')];
  const sentence =
    ran === 0 && report.outcome === 'succeeded'
      ? texts.allReused(report.run, reused, saved)
      : texts.sentence(report.run, texts.outcome[report.outcome], report.seconds, ran, reused, saved);
  const comparison = report.comparisons[0];
  const metric = comparison?.metrics[0];
  const difference = metric?.against.at(-1);
  const [before, after] = [metric?.values[0], metric?.values.at(-1)];
  if (metric === undefined || difference == null || before === undefined || after === undefined)
    return sentence;
  return `${sentence} ${texts.moved(metric.metric, before, after, difference.rows, difference.low, difference.high)}`;
}

export function Troubles({ report, texts }: SectionProps) {
  return (
    <>
      {report.failures.length > 0 && (
        <section class="troubles" aria-labelledby="failures-title">
          <h2 id="failures-title">{texts.failures}</h2>
          {report.failures.map((failure, index) => (
            <div class="failure" key={index}>
              <p class="message">{texts.say(failure.message)}</p>
              {failure.where !== null && <p class="where">{failure.where}</p>}
              {failure.hint !== null && (
                <p>
                  {texts.hint}: {texts.say(failure.hint)}
                </p>
              )}
            </div>
          ))}
        </section>
      )}
      {report.warnings.length > 0 && (
        <details class="warnings">
          <summary>
            {texts.warnings} ({report.warnings.length})
          </summary>
          <ul>
            {report.warnings.map(({ label, message }, index) => (
              <li key={index}>
                {label !== null && <code>{label}</code>} {texts.say(message)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
