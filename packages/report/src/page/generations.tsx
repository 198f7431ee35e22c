import { useState } from 'preact/hooks';
import type { Sample } from '../report.ts';
import type { SectionProps } from './app.tsx';
import type { Texts } from './texts.ts';
import { diffWords } from './words-diff.ts';

const atOnce = 8;
const reference = '\u0000reference';

/** What the models answered, two of them side by side, with the words marked that only one of them has. */
export function Generations({ report, texts }: SectionProps) {
  const names = [...new Set(report.samples.flatMap(({ answers }) => answers.map(({ name }) => name)))];
  const choices = [
    ...names,
    ...(report.samples.some((sample) => sample.reference !== null) ? [reference] : []),
  ];
  const [left, setLeft] = useState(names[0] ?? '');
  const [right, setRight] = useState(names.at(-1) ?? '');
  const [wanted, setWanted] = useState('');
  const [shown, setShown] = useState(atOnce);
  const found = report.samples.filter((sample) => matches(sample, wanted));
  const choose = (name: string, value: string, set: (name: string) => void) => (
    <label>
      {name}{' '}
      <select
        value={value}
        onChange={({ currentTarget }) => {
          set(currentTarget.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice, texts)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      <p class="controls">
        {choose(texts.compared, left, setLeft)}
        {choose(texts.with, right, setRight)}
        <input
          type="search"
          placeholder={texts.search}
          aria-label={texts.search}
          value={wanted}
          onInput={({ currentTarget }) => {
            setWanted(currentTarget.value);
          }}
        />
      </p>
      {found.length === 0 && <p class="aside">{texts.noneFound}</p>}
      {found.slice(0, shown).map((sample) => (
        <SampleView key={sample.id} sample={sample} left={left} right={right} texts={texts} />
      ))}
      {found.length > shown && (
        <button
          type="button"
          onClick={() => {
            setShown(shown + atOnce * 2);
          }}
        >
          {texts.more(Math.min(atOnce * 2, found.length - shown))}
        </button>
      )}
    </>
  );
}

function SampleView(props: {
  readonly sample: Sample;
  readonly left: string;
  readonly right: string;
  readonly texts: Texts;
}) {
  const { sample, left, right, texts } = props;
  const pieces = diffWords(textOf(sample, left), textOf(sample, right));
  const side = (which: 'left' | 'right', name: string) => {
    const stopped = sample.answers.find((answer) => answer.name === name)?.stopped;
    return (
      <div class="answer">
        <h4>
          {nameOf(name, texts)} {stopped === false && <span class="aside">{texts.cutOff}</span>}
        </h4>
        <p>
          {pieces
            .filter(({ only }) => only === null || only === which)
            .map(({ text, only }, index) =>
              only === null ? (
                <span key={index}>{text}</span>
              ) : which === 'left' ? (
                <del key={index}>{text}</del>
              ) : (
                <ins key={index}>{text}</ins>
              ),
            )}
        </p>
      </div>
    );
  };
  return (
    <article class="sample">
      <h3 class="prompt">{sample.prompt}</h3>
      <div class="answers">
        {side('left', left)}
        {side('right', right)}
      </div>
      {sample.reference !== null && left !== reference && right !== reference && (
        <p class="wanted">
          <span class="aside">{texts.reference}</span> {sample.reference}
        </p>
      )}
    </article>
  );
}

function textOf(sample: Sample, name: string): string {
  if (name === reference) return sample.reference ?? '';
  return sample.answers.find((answer) => answer.name === name)?.answer ?? '';
}

function nameOf(name: string, texts: Texts): string {
  return name === reference ? texts.reference : name;
}

function matches({ prompt, answers, reference: wantedAnswer }: Sample, wanted: string): boolean {
  const text = [prompt, wantedAnswer ?? '', ...answers.map(({ answer }) => answer)].join('\n').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}
