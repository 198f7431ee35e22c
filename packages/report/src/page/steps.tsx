import type { ReportStep } from '../report.ts';
import { bytes, duration } from '../words.ts';
import type { SectionProps } from './app.tsx';
import { anchorOf, marks } from './step-words.ts';
import type { Texts } from './texts.ts';

/** Each step on a line: what became of it, how long it took, why; what more there is to say folds out. */
export function Steps({ report, texts }: SectionProps) {
  return (
    <div class="steps">
      {report.steps.map((step) => (
        <Step key={step.label} step={step} texts={texts} />
      ))}
    </div>
  );
}

function Step({ step, texts }: { readonly step: ReportStep; readonly texts: Texts }) {
  const time =
    step.outcome === 'reused'
      ? step.savedSeconds === null
        ? ''
        : texts.saved(duration(step.savedSeconds))
      : step.outcome === 'ran' || step.outcome === 'failed'
        ? duration(step.seconds)
        : '';
  return (
    <details id={anchorOf(step.label)} class="step">
      <summary>
        <span class={`state ${step.outcome}`}>
          <span aria-hidden="true">{marks[step.outcome]}</span> {texts.outcomes[step.outcome]}
        </span>
        <span class="name">{step.label}</span>
        <span class="time">{time}</span>
        <span class="why">{step.reasons.map(({ text }) => texts.say(text)).join(texts.comma)}</span>
      </summary>
      <div class="inside">
        {step.reasons.map(({ lines = [] }, index) =>
          lines.length === 0 ? null : (
            <pre key={index} tabIndex={0}>
              {lines.map((line, at) => (
                <span key={at} class={line.startsWith('+') ? 'came' : line.startsWith('-') ? 'went' : ''}>
                  {line}
                  {'\n'}
                </span>
              ))}
            </pre>
          ),
        )}
        <dl class="facts">
          <Fact name={texts.fingerprint} value={step.fingerprint} code />
          <Fact name={texts.source} value={step.where} code />
          <Fact
            name={texts.madeAt}
            value={step.made === null ? null : step.made.at.slice(0, 19).replace('T', ' ')}
          />
          <Fact name={texts.device} value={step.made?.device ?? null} />
          <Fact name={texts.memory} value={step.peakMemory === null ? null : bytes(step.peakMemory)} />
        </dl>
        {step.made?.nondeterministic === true && <p class="note">{texts.nondeterministic}</p>}
        {step.params !== null && (
          <>
            <h3>{texts.effectiveParams}</h3>
            <pre tabIndex={0}>{JSON.stringify(step.params, null, 2)}</pre>
          </>
        )}
      </div>
    </details>
  );
}

function Fact({
  name,
  value,
  code,
}: {
  readonly name: string;
  readonly value: string | null;
  readonly code?: boolean;
}) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{code === true ? <code>{value}</code> : value}</dd>
    </div>
  );
}
