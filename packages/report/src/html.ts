import { createHash } from 'node:crypto';
import type { Report } from './report.ts';

/** The built page: one script, and the style sheet. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** How the page speaks at first, and what a run said in English when it speaks Chinese. */
export interface Wording {
  /** @default en */
  readonly language?: 'en' | 'zh';
  /** A sentence of a run in Chinese; as it was where there is none. @default as it was */
  readonly chineseOf?: (english: string) => string;
}

/** No browser enjoys more, and no job summary takes it. */
const hardStop = 10 * 1024 * 1024;

/**
 * The report as one file that asks nobody for anything: the policy allows exactly the script and the style that stand
 * in it, by their digests, and no connection. All data is JSON in blocks that are never executed.
 */
export function htmlReport(report: Report, assets: PageAssets, wording: Wording = {}): string {
  for (const shown of lighter(report)) {
    const page = compose(shown, assets, wording);
    if (Buffer.byteLength(page) <= hardStop) return page;
  }
  throw new Error(
    `the report of run ${String(report.run)} is larger than 10 MB even without what can be left out`,
  );
}

function compose(
  report: Report,
  { script, style }: PageAssets,
  { language = 'en', chineseOf = (english) => english }: Wording,
): string {
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `${report.pipeline}${report.configuration === 'default' ? '' : ` (${report.configuration})`} · ${String(report.run)}`;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}" data-language="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This report is drawn by the script that it carries; allow scripts for this file, or use --format markdown.</noscript>
<script type="application/json" id="report">${escapeJson(report)}</script>
<script type="application/json" id="chinese">${escapeJson(chineseOfAll(report, chineseOf))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** What the run itself says somewhere on the page, by the English sentence, as far as it has a Chinese one. */
function chineseOfAll(
  { steps, failures, warnings }: Report,
  chineseOf: (english: string) => string,
): Readonly<Record<string, string>> {
  const sentences = [
    ...steps.flatMap(({ reasons }) => reasons.map(({ text }) => text)),
    ...failures.flatMap(({ message, hint }) => (hint === null ? [message] : [message, hint])),
    ...warnings.map(({ message }) => message),
  ];
  return Object.fromEntries(
    [...new Set(sentences)]
      .map((english) => [english, chineseOf(english)] as const)
      .filter(([english, chinese]) => chinese !== english),
  );
}

/** The report, then the same with less and less of what is most of its weight. */
function* lighter(report: Report): Iterable<Report> {
  yield report;
  const without: [string, Partial<Report>][] = [
    ['logs', { logs: [] }],
    ['generations', { samples: report.samples.slice(0, 10) }],
    [
      'files',
      {
        steps: report.steps.map((step) => ({
          ...step,
          outputs: step.outputs.map((output) => ({ ...output, files: [] })),
        })),
      },
    ],
    ['params', { steps: report.steps.map((step) => ({ ...step, params: null, outputs: [] })) }],
    ['curves', { curves: [] }],
  ];
  let lighterReport = report;
  for (const [name, part] of without) {
    lighterReport = { ...lighterReport, ...part, leftOut: [...lighterReport.leftOut, name] };
    yield lighterReport;
  }
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}

/** JSON that no HTML parser can take for the end of its block, nor for a comment. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
