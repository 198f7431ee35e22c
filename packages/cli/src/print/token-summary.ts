/**
 * What `tokenize` found, before a GPU is spent: how long the rows are and what of them is cut or dropped, what looks
 * wrong, and rows as the model will read them with the learned part marked. In comes a `token summary`, out go lines.
 */
import { readFileSync } from 'node:fs';
import { width } from './width.ts';
import type { Language } from '../texts/catalogue.ts';
import { count, tokensEnglish, type TokensTexts } from '../texts/tokens/en.ts';
import { tokensChinese } from '../texts/tokens/zh.ts';
import { fit, pad } from './columns.ts';
import { markedLines, withoutControls } from './marked.ts';
import type { Terminal } from './terminal.ts';

/** `summary.json` of the kind `token summary`, as far as it is printed. */
export interface TokenSummary {
  readonly template: { readonly name: string; readonly rowsCompared: number };
  readonly maxLength: number;
  /** The token with which most whole rows end; not there in older summaries, null when every row is cut. */
  readonly end?: {
    readonly token: string;
    readonly rows: number;
    readonly of: number;
    /** Whether generation stops at it; null when the model does not say at which tokens it does. */
    readonly stops: boolean | null;
  } | null;
  readonly train: SplitSummary;
  readonly test: SplitSummary;
  readonly samples: readonly {
    readonly split: 'train' | 'test';
    readonly id: string;
    readonly text: string;
    /** Ranges of code points, the end left out. */
    readonly learned: readonly (readonly [from: number, to: number])[];
    readonly tokens: number;
    readonly truncated: boolean;
  }[];
}

interface SplitSummary {
  readonly rows: number;
  readonly truncated: number;
  readonly dropped: number;
  readonly tokens: number;
  readonly learnedTokens: number;
  readonly lengths: {
    readonly p50: number;
    readonly p95: number;
    readonly longest: number;
    readonly histogram: { readonly width: number; readonly rows: readonly number[] };
  };
  readonly findings: Readonly<
    Record<
      string,
      {
        readonly rows: number;
        /** Ids of rows, and beside each some of its text; summaries of older runs have none. */
        readonly examples: readonly string[];
        readonly texts?: readonly string[];
        /** And the line of `rows.jsonl` of its split that it stands in. */
        readonly lines?: readonly number[];
      }
    >
  >;
  readonly languages: Readonly<Record<string, number>>;
}

/** Samples that are shown where nobody asks for more, and lines of each. */
const fewSamples = 3;
const fewLines = 12;
/** Rows that are shown of a finding. */
const fewExamples = 2;
/** Where the output is no terminal, lines are folded for whoever reads them in one later. */
const widthOfFiles = 80;

export function readTokenSummary(path: string): TokenSummary | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as TokenSummary;
  } catch {
    return undefined;
  }
}

/**
 * @param all Show every sample, whole.
 * @param command What shows all of them, for the last line.
 */
export function tokenSummaryLines(
  summary: TokenSummary,
  { colors, columns }: Pick<Terminal, 'colors' | 'columns'>,
  {
    language,
    all,
    command,
  }: { readonly language: Language; readonly all: boolean; readonly command: string },
): readonly string[] {
  const texts = language === 'zh' ? tokensChinese : tokensEnglish;
  const room = Number.isFinite(columns) ? columns : widthOfFiles;
  const samples = all ? summary.samples : spread(summary.samples, fewSamples);
  const lines = [
    texts.template(summary.template.name, summary.template.rowsCompared),
    ...endOf(summary, texts),
    '',
    ...figures(summary, texts),
    '',
    colors.bold(texts.histogram),
    ...histogram(summary, texts, room - 2),
    '',
    colors.bold(texts.findings),
    ...findings(summary, texts),
    '',
    colors.bold(texts.samples(samples.length, summary.samples.length)),
  ].map((line) => fit(line === '' ? '' : `  ${line}`, room));
  for (const { split, id, text, learned, tokens, truncated } of samples) {
    lines.push('', `  ${colors.dim(`${id}  ${texts.sample(texts[split], tokens, truncated)}`)}`);
    const folded = markedLines(text, learned, room - 4, colors);
    const shown = all ? folded : middleLeftOut(folded, (left) => colors.dim(texts.more(left)));
    for (const line of shown) lines.push(`    ${line}`.trimEnd());
  }
  if (!all && samples.length < summary.samples.length)
    lines.push('', fit(`  ${colors.dim(texts.moreSamples(command))}`, room));
  return lines;
}

function endOf({ end }: TokenSummary, texts: TokensTexts): readonly string[] {
  return end === undefined || end === null ? [] : [texts.end(end.token, end.rows, end.of, end.stops)];
}

function figures({ train, test, maxLength }: TokenSummary, texts: TokensTexts): readonly string[] {
  const share = (part: number, whole: number): string =>
    part === 0 ? '0' : `${count(part)} (${((100 * part) / whole).toFixed(1)} %)`;
  const row = (name: string, cell: (split: SplitSummary) => string): string[] => [
    name,
    cell(train),
    cell(test),
  ];
  const rows = [
    ['', texts.train, texts.test],
    row(texts.rows, ({ rows }) => count(rows)),
    row(texts.cut(maxLength), ({ truncated, rows }) => share(truncated, rows)),
    row(texts.dropped(maxLength), ({ dropped, rows }) => share(dropped, rows)),
    row(texts.tokens, ({ tokens }) => count(tokens)),
    row(texts.learned, ({ learnedTokens, tokens }) => share(learnedTokens, tokens)),
    row(texts.middle, ({ lengths }) => count(lengths.p50)),
    row(texts.most, ({ lengths }) => count(lengths.p95)),
    row(texts.longest, ({ lengths }) => count(lengths.longest)),
    ...languagesOf(train, test).map((name) =>
      row(texts.language(name), ({ languages }) => `${(100 * (languages[name] ?? 0)).toFixed(1)} %`),
    ),
  ];
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((cells) => width(cells[at] ?? ''))));
  return rows.map((cells) =>
    cells
      .map((cell, at) =>
        at === 0 ? pad(cell, widths[0] ?? 0) : ' '.repeat((widths[at] ?? 0) - width(cell)) + cell,
      )
      .join('  '),
  );
}

function languagesOf(...splits: readonly SplitSummary[]): readonly string[] {
  return [...new Set(splits.flatMap(({ languages }) => Object.keys(languages)))].sort();
}

function histogram({ train, maxLength }: TokenSummary, texts: TokensTexts, room: number): readonly string[] {
  const { width: step, rows } = train.lengths.histogram;
  const most = Math.max(...rows);
  const lastOf = (bin: number): number =>
    Math.max((bin + 1) * step - 1, bin === rows.length - 1 ? train.lengths.longest : 0);
  const labels = rows.map((_, bin) => `${count(bin * step)}–${count(lastOf(bin))}`);
  const widest = Math.max(...labels.map((label) => label.length));
  const numbers = Math.max(...rows.map((value) => count(value).length));
  const noteOf = (bin: number): string =>
    lastOf(bin) <= maxLength || rows[bin] === 0
      ? ''
      : `  ${bin * step > maxLength ? texts.histogramCut : texts.histogramCutFrom(maxLength + 1)}`;
  const longestBar = Math.max(
    8,
    room - widest - numbers - 4 - Math.max(...rows.map((_, bin) => width(noteOf(bin)))),
  );
  return rows.map((value, bin) => {
    // A bin of one row is seen too.
    const bar = value === 0 ? '' : '█'.repeat(Math.max(1, Math.round((longestBar * value) / most)));
    return `${(labels[bin] ?? '').padStart(widest)}  ${count(value).padStart(numbers)}  ${bar}${noteOf(bin)}`.trimEnd();
  });
}

/** Each with the first rows that it was found in: an id to search for, and what one sees there. */
function findings({ train, test }: TokenSummary, texts: TokensTexts): readonly string[] {
  const lines = [train, test].flatMap(({ findings: found }, at) =>
    Object.entries(found)
      .filter(([, { rows }]) => rows > 0)
      .flatMap(([name, { rows, examples, texts: excerpts = [], lines: places = [] }]) => [
        texts.finding(at === 0 ? texts.train : texts.test, rows, texts.found[name] ?? name),
        ...examples.slice(0, fewExamples).map((id, example) => {
          const place = places[example];
          const name = place === undefined ? id : texts.placed(id, place);
          return `  ${name}  ${withoutControls(excerpts[example] ?? '')}`.trimEnd();
        }),
      ]),
  );
  return lines.length === 0 ? [texts.nothingFound] : lines;
}

/** How a prompt begins stands at the beginning, and what is learned at the end. */
function middleLeftOut(lines: readonly string[], note: (left: number) => string): readonly string[] {
  const left = lines.length - fewLines;
  if (left <= 1) return lines;
  const head = fewLines / 3;
  return [...lines.slice(0, head), note(left), ...lines.slice(head + left)];
}

/** Some of a list, evenly from all of it. */
function spread<Item>(items: readonly Item[], some: number): readonly Item[] {
  if (items.length <= some) return items;
  return Array.from({ length: some }, (_, at) => items[Math.floor((at * items.length) / some)]).filter(
    (item) => item !== undefined,
  );
}
