import type { Report } from './report.ts';
import { bytes, duration, figure, signed } from './words.ts';

/** GitHub cuts a job summary at 1 MiB and refuses a comment over 64 KiB; this leaves room for several reports. */
const longest = 200 * 1024;

const marks = { ran: '▶', reused: '=', failed: '✗', skipped: '–', cancelled: '–' } as const;

/** The report for a job summary: what a reviewer needs, in tables that GitHub and GitLab show. */
export function markdownReport(report: Report): string {
  const sections = [
    head(report),
    failures(report),
    graph(report),
    comparisons(report),
    baseline(report),
    params(report),
    steps(report),
    outputs(report),
    samples(report),
  ];
  let text = '';
  for (const section of sections) {
    if (section === '') continue;
    if (Buffer.byteLength(text) + Buffer.byteLength(section) > longest) {
      text += '\n_The rest was left out: the HTML report holds all of it._\n';
      break;
    }
    text += `${text === '' ? '' : '\n'}${section}\n`;
  }
  return text;
}

function head({ pipeline, configuration, run, outcome, seconds, steps: all, pinned }: Report): string {
  const count = (wanted: string): number => all.filter((step) => step.outcome === wanted).length;
  const saved = all.reduce((sum, { savedSeconds }) => sum + (savedSeconds ?? 0), 0);
  const title = configuration === 'default' ? pipeline : `${pipeline} (${configuration})`;
  const counts = [
    `${String(count('ran'))} ran`,
    `${String(count('reused'))} reused${saved > 0 ? ` (${duration(saved)} saved)` : ''}`,
    ...(count('failed') > 0 ? [`${String(count('failed'))} failed`] : []),
  ];
  return `## ${inline(title)}: ${outcome}${pinned ? ', pinned' : ''}\n\nRun ${String(run)}, ${duration(seconds)}: ${counts.join(', ')}.`;
}

function failures({ failures: all }: Report): string {
  return all
    .map(({ message, hint, where }) =>
      [
        `> [!CAUTION]`,
        ...message.split('\n').map((line) => `> ${inline(line)}`),
        ...(where === null ? [] : [`> at \`${where}\``]),
        ...(hint === null ? [] : [`> hint: ${inline(hint)}`]),
      ].join('\n'),
    )
    .join('\n\n');
}

function graph({ graph: { nodes, edges } }: Report): string {
  if (nodes.length === 0) return '';
  const ids = new Map(nodes.map(({ label }, index) => [label, `s${String(index)}`]));
  const lines = [
    '```mermaid',
    'graph LR',
    ...nodes.map(
      ({ label, outcome }) => `  ${ids.get(label) ?? ''}["${label} ${marks[outcome]}"]:::${outcome}`,
    ),
    ...edges.map(({ from, to }) => `  ${ids.get(from) ?? ''} --> ${ids.get(to) ?? ''}`),
    '  classDef ran fill:#dbeafe,stroke:#1d4ed8,color:#172554',
    '  classDef reused fill:#f1f5f9,stroke:#64748b,color:#1e293b',
    '  classDef failed fill:#fee2e2,stroke:#b91c1c,color:#450a0a',
    '  classDef skipped fill:#ffffff,stroke:#94a3b8,color:#475569,stroke-dasharray:4',
    '  classDef cancelled fill:#ffffff,stroke:#94a3b8,color:#475569,stroke-dasharray:4',
    '```',
  ];
  return lines.join('\n');
}

function comparisons({ comparisons: all }: Report): string {
  return all
    .map(({ names, metrics, rows }) => {
      const [base = '', ...others] = names;
      const heads = ['metric', base, ...others.flatMap((name) => [name, `${name} − ${base} (95 %)`])];
      const lines = metrics.map(({ metric, better, values, against }) => [
        `${metric} (${better} is better)`,
        figure(values[0] ?? 0),
        ...values.slice(1).flatMap((value, index) => {
          const paired = against[index];
          return [
            figure(value),
            paired == null
              ? ''
              : `${signed(paired.difference)} (${signed(paired.low)} … ${signed(paired.high)})`,
          ];
        }),
      ]);
      return `### Before and after, on ${String(rows)} held-out rows\n\n${table(heads, lines, 1)}`;
    })
    .join('\n\n');
}

function baseline({ baseline: held }: Report): string {
  if (held === null) return '';
  const words = {
    better: '✓ better',
    same: '= same',
    within: '✓ within',
    worse: '✗ worse',
    missing: '✗ missing',
  };
  const lines = held.verdicts.map(({ label, metric, accepted, value, tolerance, verdict }) => [
    `${label} ${metric}`,
    figure(accepted),
    value === null ? '' : figure(value),
    tolerance === 0 ? '' : figure(tolerance),
    words[verdict],
  ]);
  return `### Against the accepted run ${String(held.run)}\n\n${table(['metric', 'accepted', 'now', 'tolerance', ''], lines, 1)}`;
}

function params({ changedParams, previous }: Report): string {
  if (changedParams === null || changedParams.length === 0 || previous === null) return '';
  const lines = changedParams.map(({ label, path, before, after }) => [
    path === '' ? label : `${label} \`${path}\``,
    before ?? '',
    after ?? '',
  ]);
  return `### Params that differ from run ${String(previous)}\n\n${table(['param', 'before', 'now'], lines)}`;
}

function steps({ steps: all }: Report): string {
  const lines = all.map(({ label, outcome, reasons, seconds, savedSeconds }) => [
    `${marks[outcome]} ${label}`,
    outcome,
    outcome === 'reused'
      ? savedSeconds === null
        ? ''
        : `${duration(savedSeconds)} saved`
      : duration(seconds),
    reasons.map(({ text }) => text).join(', '),
  ]);
  return `### Steps\n\n${table(['step', '', 'time', 'why'], lines)}`;
}

function outputs({ outputs: all, steps: made }: Report): string {
  if (all.length === 0) return '';
  const sizes = new Map(
    made.flatMap(({ outputs: own }) => own.map(({ digest, bytes: size }) => [digest, size])),
  );
  const lines = all.map(({ name, kind, digest, path }) => [
    name,
    kind,
    bytes(sizes.get(digest) ?? 0),
    `\`${digest}\``,
    `\`${path}\``,
  ]);
  return `### Outputs\n\n${table(['output', 'kind', 'size', 'digest', 'where'], lines)}`;
}

function samples({ samples: all }: Report): string {
  if (all.length === 0) return '';
  const names = [...new Set(all.flatMap(({ answers }) => answers.map(({ name }) => name)))];
  const lines = all
    .slice(0, 10)
    .map(({ prompt, reference, answers }) => [
      shorten(prompt),
      shorten(reference ?? ''),
      ...names.map((name) => shorten(answers.find((answer) => answer.name === name)?.answer ?? '')),
    ]);
  return `<details><summary>Generations</summary>\n\n${table(['prompt', 'wanted', ...names], lines)}\n\n</details>`;
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom = Infinity,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(inline).join(' | ')} |`;
  const rule = `|${heads.map((_, index) => (index >= numbersFrom ? '---:' : '---')).join('|')}|`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/**
 * Text on one line that stays text: what a model wrote must not become a heading, a picture that calls home, a mention,
 * or HTML. Backticks stay, since our own cells use them.
 */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
    .replace(/[|\\![\]*_#]/g, (sign) => `\\${sign}`)
    .replace(/(^|[^\w`])@(?=\w)/g, '$1@\u200b')
    .replace(/(https?):\/\//g, '$1:\u200b//');
}
