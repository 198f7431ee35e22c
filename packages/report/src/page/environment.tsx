import type { SectionProps } from './app.tsx';

/** What people ask for first; the rest of an environment folds out. */
const telling = new Set([
  'backend',
  'python',
  'node',
  'torch',
  'transformers',
  'trl',
  'peft',
  'accelerate',
  'datasets',
  'tokenizers',
]);

/** On what each step was made; equal surroundings stand together. */
export function Environment({ report, texts }: SectionProps) {
  const groups = new Map<
    string,
    { readonly labels: string[]; readonly facts: readonly (readonly [string, string])[] }
  >();
  for (const { label, made } of report.steps) {
    if (made === null) continue;
    const facts = [
      ['backend', made.backend] as const,
      ...(made.device === null ? [] : [[texts.device, made.device] as const]),
      ...Object.entries(made.versions),
    ];
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { labels: [], facts };
    group.labels.push(label);
    groups.set(key, group);
  }
  return (
    <div class="environments">
      {[...groups].map(([key, { labels, facts }]) => (
        <div key={key} class="environment">
          <h3>{labels.join(', ')}</h3>
          <Facts facts={facts.filter(([name]) => telling.has(name) || name === texts.device)} />
          {facts.some(([name]) => !telling.has(name) && name !== texts.device) && (
            <details>
              <summary>{texts.everything(facts.length)}</summary>
              <Facts facts={facts} />
            </details>
          )}
        </div>
      ))}
    </div>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
