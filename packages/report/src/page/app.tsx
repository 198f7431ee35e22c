import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Report } from '../report.ts';
import { Artifacts } from './artifacts.tsx';
import { Curves } from './curves.tsx';
import { Datasets } from './datasets.tsx';
import { Environment } from './environment.tsx';
import { Generations } from './generations.tsx';
import { GraphView } from './graph.tsx';
import { Header, Troubles } from './header.tsx';
import { Baseline, Metrics } from './metrics.tsx';
import { Params } from './params.tsx';
import { Logs } from './logs.tsx';
import { Steps } from './steps.tsx';
import { textsOf, type Language, type Sentences, type Texts } from './texts.ts';

export type Theme = 'auto' | 'light' | 'dark';

export interface SectionProps {
  readonly report: Report;
  readonly texts: Texts;
}

type SectionName = keyof Texts['sections'];

/** Which sections have something to say, in the order in which a reviewer asks. */
function sectionsOf(report: Report): readonly SectionName[] {
  const there: readonly [SectionName, boolean][] = [
    ['metrics', report.comparisons.length > 0 || report.metrics.length > 0],
    ['baseline', report.baseline !== null],
    ['graph', report.graph.nodes.length > 0],
    ['curves', report.curves.length > 0],
    ['generations', report.samples.length > 0],
    ['params', true],
    ['steps', true],
    ['datasets', report.lengths.length > 0],
    ['artifacts', report.steps.some(({ outputs }) => outputs.length > 0)],
    ['environment', true],
    ['logs', report.logs.length > 0],
  ];
  return there.filter(([, is]) => is).map(([name]) => name);
}

export function App({
  report,
  chinese,
  language: first,
}: {
  readonly report: Report;
  readonly chinese: Sentences;
  readonly language: Language;
}) {
  const [language, setLanguage] = useState(first);
  const [theme, setTheme] = useState<Theme>('auto');
  const dark = useDark(theme);
  // The same texts as long as the language is the same: charts are made anew with others.
  const texts = useMemo(() => textsOf(language, chinese), [language]);
  // Before the effects of what is inside: charts read their colours from the document.
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }, [language, dark]);
  const names = sectionsOf(report);
  const props = { report, texts };
  const bodies = {
    metrics: () => <Metrics {...props} />,
    baseline: () => <Baseline {...props} />,
    graph: () => <GraphView {...props} />,
    curves: () => <Curves {...props} dark={dark} />,
    generations: () => <Generations {...props} />,
    params: () => <Params {...props} />,
    steps: () => <Steps {...props} />,
    datasets: () => <Datasets {...props} />,
    artifacts: () => <Artifacts {...props} />,
    environment: () => <Environment {...props} />,
    logs: () => <Logs {...props} />,
  };
  return (
    <>
      <Header {...props} theme={theme} language={language} setTheme={setTheme} setLanguage={setLanguage} />
      <div class="frame">
        <nav aria-label={texts.navigation}>
          <ul>
            {names.map((name) => (
              <li key={name}>
                <a href={`#${name}`}>{texts.sections[name]}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main>
          <Troubles {...props} />
          {names.map((name) => (
            <section key={name} id={name} aria-labelledby={`${name}-title`}>
              <h2 id={`${name}-title`}>{texts.sections[name]}</h2>
              {bodies[name]()}
            </section>
          ))}
          {report.leftOut.length > 0 && (
            <p class="note">
              {texts.leftOut} {report.leftOut.join(', ')}
            </p>
          )}
          <p class="top">
            <a href="#page">{texts.top}</a>
          </p>
        </main>
      </div>
    </>
  );
}

/** Whether dark colours are shown now: as chosen, else as the system says, also when it changes its mind. */
function useDark(theme: Theme): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const [system, setSystem] = useState(query.matches);
  useEffect(() => {
    const listen = (): void => {
      setSystem(query.matches);
    };
    query.addEventListener('change', listen);
    return () => {
      query.removeEventListener('change', listen);
    };
  }, []);
  return theme === 'auto' ? system : theme === 'dark';
}
