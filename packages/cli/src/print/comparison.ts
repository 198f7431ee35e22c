/**
 * Before and after, side by side: what a run's comparison reports say, in a few lines. Everything else of a report is
 * in its `report.md`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '@temper/run';
import { width } from './width.ts';
import { fit, pad } from './columns.ts';
import type { Terminal } from './terminal.ts';

/** `report.json` of the kind `comparison report`, as far as it is printed. */
interface Report {
  readonly names: readonly string[];
  readonly rows: number;
  readonly metrics: readonly {
    readonly metric: string;
    readonly rows?: number;
    readonly values: readonly number[];
  }[];
  readonly samples: readonly {
    readonly prompt: string;
    readonly reference: string | null;
    readonly answers: readonly { readonly name: string; readonly answer: string }[];
  }[];
}

/** What says most, by whether the model learns to call functions or to write. */
const ofCalls = ['validCalls', 'exactCalls', 'loss'];
const ofTexts = ['loss', 'tokenAccuracy', 'stopped', 'exactMatch', 'rougeL'];
/** Shares of answers, which are easier to believe as counts. */
const counted = new Set(['validCalls', 'exactCalls', 'stopped', 'exactMatch']);
/** Answers of the first rows; which ones has nothing to do with how they turned out. */
const samples = 2;
/** Where the output is no terminal, lines are cut for whoever reads them in one later. */
const widthOfFiles = 120;

export function printComparisons(outputs: RunResult['outputs'], workspace: string, terminal: Terminal): void {
  for (const { kind, path } of Object.values(outputs)) {
    if (kind !== 'comparison report') continue;
    const report = readReport(join(workspace, path, 'report.json'));
    if (report !== undefined) for (const line of comparisonLines(report, terminal)) terminal.line(line);
  }
}

export function comparisonLines(report: Report, { texts, colors, columns }: Terminal): readonly string[] {
  const wanted = report.metrics.some(({ metric }) => metric === 'validCalls') ? ofCalls : ofTexts;
  const metrics = wanted.flatMap((name) => report.metrics.filter(({ metric }) => metric === name));
  const nameOf = (name: string): string =>
    name === 'base' ? texts.comparedBase : name === 'tuned' ? texts.comparedTuned : name;
  const rows = [
    [texts.comparedOn(report.rows), ...report.names.map(nameOf)],
    ...metrics.map(({ metric, rows: of, values }) => [
      texts.metric(metric),
      ...values.map((value) =>
        of !== undefined && counted.has(metric)
          ? texts.countOf(Math.round(value * of), of)
          : value.toFixed(Math.abs(value) < 10 ? 3 : 1),
      ),
    ]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => width(row[at] ?? '')))) ?? [];
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, at) =>
      at === 0 ? pad(cell, widths[0] ?? 0) : ' '.repeat((widths[at] ?? 0) - width(cell)) + cell,
    );
    return index === 0 ? colors.dim(cells.join('  ')) : cells.join('  ');
  });
  const labels = new Map([
    ['wanted', texts.comparedWanted],
    ...report.names.map((name) => [name, nameOf(name)] as const),
  ]);
  const widest = Math.max(...[...labels.values()].map((label) => width(label)));
  for (const { prompt, reference, answers } of report.samples.slice(0, samples)) {
    lines.push('', colors.bold(oneLine(prompt)));
    const said = [...(reference === null ? [] : [{ name: 'wanted', answer: reference }]), ...answers];
    for (const { name, answer } of said)
      lines.push(`  ${colors.dim(pad(labels.get(name) ?? name, widest))}  ${oneLine(answer)}`);
  }
  const room = Number.isFinite(columns) ? columns : widthOfFiles;
  return ['', ...lines].map((line) => fit(line === '' ? '' : `  ${line}`, room));
}

/** Answers hold line breaks, and may hold what would move a cursor. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
    .trim();
}

/** A report of another form, which a stage of one's own may write, is not printed. */
function readReport(path: string): Report | undefined {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Partial<Report>;
    return Array.isArray(report.names) && Array.isArray(report.metrics) && Array.isArray(report.samples)
      ? (report as Report)
      : undefined;
  } catch {
    return undefined;
  }
}
