import { pairedDifference, type PairedDifference } from './paired.ts';

/** A metric as `evaluate` writes it. */
export interface Metric {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly better: 'lower' | 'higher';
  readonly definition: string;
}

/** `evaluation.json`, as far as a comparison reads it. */
export interface Evaluation {
  readonly weights: string;
  readonly adapter: string | null;
  readonly rows: number;
  readonly labelledTokens: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly scores: readonly {
    readonly id: string;
    readonly nll: number;
    readonly tokens: number;
    readonly correct: number;
  }[];
}

/** A line of `generations.jsonl`. */
export interface Generation {
  readonly id: string;
  readonly prompt: string;
  readonly reference: string | null;
  readonly answer: string;
  readonly stopped: boolean;
  readonly scores: Readonly<Record<string, number>>;
}

export interface Compared {
  readonly name: string;
  readonly evaluation: Evaluation;
  readonly generations: readonly Generation[];
}

export interface MetricRow {
  readonly metric: string;
  readonly definition: string;
  readonly better: 'lower' | 'higher';
  /** On how many rows it was decided. */
  readonly rows: number;
  readonly values: readonly number[];
  /** Of each evaluation against the first; null where rows cannot be paired. */
  readonly against: readonly (PairedDifference | null)[];
}

export interface Report {
  readonly names: readonly string[];
  readonly rows: number;
  readonly metrics: readonly MetricRow[];
  readonly samples: readonly {
    readonly id: string;
    readonly prompt: string;
    readonly reference: string | null;
    readonly answers: readonly {
      readonly name: string;
      readonly answer: string;
      readonly stopped: boolean;
    }[];
  }[];
}

/** Puts evaluations side by side; the first one is what the others are held against. */
export function createReport(
  compared: readonly Compared[],
  options: { readonly resamples: number; readonly seed: number; readonly samples: number },
): Report {
  const [base] = compared;
  if (base === undefined) throw new Error('nothing to compare');
  const metrics = Object.entries(base.evaluation.metrics).map(
    ([metric, { definition, better, rows }]): MetricRow => ({
      metric,
      definition,
      better,
      rows,
      values: compared.map(({ evaluation }) => evaluation.metrics[metric]?.value ?? Number.NaN),
      against: compared.slice(1).map((other) => difference(metric, base, other, options)),
    }),
  );
  const pairs = compared.map(({ name, generations }) => ({
    name,
    found: new Map(matched(base.generations, generations)),
  }));
  return {
    names: compared.map(({ name }) => name),
    rows: base.evaluation.rows,
    metrics: metrics.filter(({ values }) => values.every(Number.isFinite)),
    samples: base.generations.slice(0, options.samples).map((sample) => ({
      id: sample.id,
      prompt: sample.prompt,
      reference: sample.reference,
      answers: pairs.flatMap(({ name, found }) => {
        const match = found.get(sample);
        return match === undefined ? [] : [{ name, answer: match.answer, stopped: match.stopped }];
      }),
    })),
  };
}

function difference(
  metric: string,
  base: Compared,
  other: Compared,
  options: { readonly resamples: number; readonly seed: number },
): PairedDifference | null {
  const pairs =
    metric === 'loss'
      ? lossPairs(base, other)
      : metric === 'tokenAccuracy'
        ? accuracyPairs(base, other)
        : answerPairs(metric, base, other);
  return pairs.length === 0 ? null : pairedDifference(pairs, options);
}

function scorePairs(base: Compared, other: Compared, of: (score: Evaluation['scores'][number]) => number) {
  return matched(base.evaluation.scores, other.evaluation.scores).flatMap(([score, match]) =>
    match.tokens === score.tokens ? [{ before: of(score), after: of(match), weight: score.tokens }] : [],
  );
}

const lossPairs = (base: Compared, other: Compared) => scorePairs(base, other, ({ nll }) => nll);
const accuracyPairs = (base: Compared, other: Compared) => scorePairs(base, other, ({ correct }) => correct);

function answerPairs(metric: string, base: Compared, other: Compared) {
  const value = (generation: Generation): number | undefined =>
    metric === 'stopped' ? Number(generation.stopped) : generation.scores[metric];
  return matched(base.generations, other.generations).flatMap(([generation, match]) => {
    const [before, after] = [value(generation), value(match)];
    return generation.reference === null || before === undefined || after === undefined
      ? []
      : [{ before, after, weight: 1 }];
  });
}

/** Pairs rows by id. Rows that answer one prompt differently share an id: the first goes with the first, and so on. */
function matched<Row extends { readonly id: string }>(
  base: readonly Row[],
  others: readonly Row[],
): readonly (readonly [Row, Row])[] {
  const waiting = new Map<string, Row[]>();
  for (const other of others) waiting.set(other.id, [...(waiting.get(other.id) ?? []), other]);
  return base.flatMap((row) => {
    const match = waiting.get(row.id)?.shift();
    return match === undefined ? [] : [[row, match] as const];
  });
}

/** The report as Markdown, for people. */
export function toMarkdown(report: Report): string {
  const [base = '', ...others] = report.names;
  const lines = [`# Comparison on ${String(report.rows)} held-out rows`, ''];
  const heads = ['metric', base, ...others.flatMap((name) => [name, `${name} − ${base} (95 %)`])];
  lines.push(
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`,
  );
  for (const { metric, better, values, against } of report.metrics) {
    const cells = values.slice(1).flatMap((value, index) => [figure(value), spread(against[index] ?? null)]);
    lines.push(`| ${metric} (${better} is better) | ${figure(values[0] ?? 0)} | ${cells.join(' | ')} |`);
  }
  for (const sample of report.samples) {
    lines.push('', `## ${sample.id}`, '', quote(sample.prompt));
    if (sample.reference !== null) lines.push('', `wanted: ${inline(sample.reference)}`);
    for (const { name, answer, stopped } of sample.answers)
      lines.push('', `${name}${stopped ? '' : ' (cut off)'}: ${inline(answer)}`);
  }
  return `${lines.join('\n')}\n`;
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4);
}

function spread(difference: PairedDifference | null): string {
  if (difference === null) return '';
  const sign = (value: number): string => `${value > 0 ? '+' : ''}${figure(value)}`;
  return `${sign(difference.difference)} (${sign(difference.low)} … ${sign(difference.high)})`;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
