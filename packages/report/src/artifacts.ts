import { join } from 'node:path';
import type { RunResult } from '@temper/run';
import { readJson, readJsonLines } from './files.ts';
import type { Comparison, Lengths, Sample } from './report.ts';

/** An output of a kind, wherever in a run it stands. */
function ofKind(
  workspace: string,
  run: RunResult,
  kind: string,
): readonly { readonly label: string; readonly folder: string }[] {
  return run.steps.flatMap(({ label, outputs }) =>
    Object.values(outputs)
      .filter((output) => output.kind === kind)
      .map(({ path }) => ({ label, folder: join(workspace, path) })),
  );
}

export function readComparisons(workspace: string, run: RunResult): readonly Comparison[] {
  return ofKind(workspace, run, 'comparison report').flatMap(({ label, folder }) => {
    const read = readJson<Omit<Comparison, 'label'>>(join(folder, 'report.json'));
    if (read === undefined || !('names' in read && 'metrics' in read)) return [];
    const metrics = read.metrics.map(({ metric, better, values, against }) => ({
      metric,
      better,
      values,
      against,
    }));
    return [{ label, names: read.names, rows: read.rows, metrics }];
  });
}

interface Generation {
  readonly id: string;
  readonly prompt: string;
  readonly reference: string | null;
  readonly answer: string;
  readonly stopped: boolean;
}

/** How many answers a page shows, and how much of each. */
const mostSamples = 100;
const longestText = 4000;

/** What each evaluated model answered, side by side by row. */
export function readSamples(workspace: string, run: RunResult): readonly Sample[] {
  const evaluations = ofKind(workspace, run, 'evaluation');
  const named = names(evaluations.map(({ label }) => label));
  const samples = new Map<string, Sample>();
  for (const [index, { folder }] of evaluations.entries()) {
    for (const line of readJsonLines<Generation>(join(folder, 'generations.jsonl'), mostSamples)) {
      const known = samples.get(line.id);
      const answer = { name: named[index] ?? '', answer: cut(line.answer), stopped: line.stopped };
      samples.set(line.id, {
        id: line.id,
        prompt: known?.prompt ?? cut(line.prompt),
        reference: known?.reference ?? (line.reference === null ? null : cut(line.reference)),
        answers: [...(known?.answers ?? []), answer],
      });
    }
  }
  return [...samples.values()].slice(0, mostSamples);
}

/** `before` of `evaluate:before`, where that tells the steps apart. */
function names(labels: readonly string[]): readonly string[] {
  const short = labels.map((label) => label.split(':').at(-1) ?? label);
  return new Set(short).size === labels.length ? short : labels;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

interface HalfSummary {
  readonly rows: number;
  readonly kept: number;
  readonly truncated: number;
  readonly dropped: number;
  readonly tokens: number;
  readonly learnedTokens: number;
  readonly lengths: Pick<Lengths, 'mean' | 'p50' | 'p95' | 'longest'> & {
    readonly histogram: { readonly width: number; readonly rows: readonly number[] };
  };
}

/** How long rows are in tokens, against what the model may see of them. */
export function readLengths(workspace: string, run: RunResult): readonly Lengths[] {
  return ofKind(workspace, run, 'token summary').flatMap(({ label, folder }) => {
    const read = readJson<Readonly<Record<string, unknown>> & { readonly maxLength?: number }>(
      join(folder, 'summary.json'),
    );
    return ['train', 'test'].flatMap((half): readonly Lengths[] => {
      const summary = read?.[half] as Partial<HalfSummary> | undefined;
      if (summary?.lengths?.histogram === undefined) return [];
      const {
        lengths,
        rows = 0,
        kept = 0,
        truncated = 0,
        dropped = 0,
        tokens = 0,
        learnedTokens = 0,
      } = summary;
      const { mean, p50, p95, longest, histogram } = lengths;
      const counts = { rows, kept, truncated, dropped, tokens, learnedTokens };
      const { width, rows: bars } = histogram;
      return [
        {
          label,
          half,
          maxLength: read?.maxLength ?? 0,
          ...counts,
          mean,
          p50,
          p95,
          longest,
          width,
          histogram: bars,
        },
      ];
    });
  });
}
