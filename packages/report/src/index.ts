/**
 * Shows a run: one self-contained HTML page, or Markdown for a job summary, and the figures that both are made of. In
 * come a run's folder (result, plan, events, links to its artifacts) and what the store remembers of each result; out
 * goes text. Metrics are found by the kind of an artifact, so a stage that nobody here knows is shown as well. It takes
 * for granted that everything it reads may have been written by a model or a stranger: it is shown as text, never as
 * markup.
 */
export { acceptRun, baselineFile, compareWithBaseline, readBaseline } from './baseline.ts';
export type { Baseline, BaselineVerdict } from './baseline.ts';
export { collectReport } from './collect.ts';
export type { ReportOptions } from './collect.ts';
export { htmlReport } from './html.ts';
export type { PageAssets } from './html.ts';
export { markdownReport } from './markdown.ts';
export { readMetrics } from './metrics.ts';
export type { MetricValue, StepMetrics } from './metrics.ts';
export { changedParams, readRecord } from './record.ts';
export type { ParamChange, PlanRecord, RecordedStep } from './record.ts';
export type { KeptResult, Report } from './report.ts';
