import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PipelineError } from '@temper/pipeline';
import { collectReport, htmlReport, markdownReport, type KeptResult } from '@temper/report';
import type { StepResult } from '@temper/run';
import type { Store } from '@temper/store';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { findRun } from '../past.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { languageOf, textsOf } from '../texts/catalogue.ts';

export interface ReportFlags extends CommonOptions {
  readonly format?: 'html' | 'markdown';
  readonly output?: string;
}

/** `temper report RUN`: one HTML page of a run, or Markdown for a job summary. */
export async function reportCommand(name: string, flags: ReportFlags): Promise<ExitCode> {
  const { terminal, places, store, environment } = openSession(flags);
  const run = findRun(places.workspace, name);
  const report = await collectReport({
    workspace: places.workspace,
    run: run.run,
    keptResult: (fingerprint, step) => keptResult(store, fingerprint, step),
    otherWorkspaces: await otherWorkspaces(store, places.workspace),
  });
  if (report === undefined) throw new Error(`run ${String(run.run)} went away while it was read`);
  const format = flags.format ?? 'html';
  if (flags.json === true && flags.output === undefined && flags.format === undefined) {
    terminal.json(report);
    return exitCode.done;
  }
  const text =
    format === 'markdown'
      ? markdownReport(report)
      : htmlReport(report, pageAssets(), {
          language: flags.lang ?? languageOf(environment),
          chineseOf: textsOf('zh').say,
        });
  if (flags.output === '-' || (format === 'markdown' && flags.output === undefined)) {
    process.stdout.write(text);
    return exitCode.done;
  }
  const file =
    flags.output === undefined
      ? join(places.workspace, '.temper', 'runs', String(run.run), 'report.html')
      : resolve(flags.output);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const size = Buffer.byteLength(text);
  const shown = flags.output ?? relative(places.workspace, file);
  if (flags.json === true)
    terminal.json({ schema: 'temper.report-file/1', run: run.run, format, file: shown, bytes: size });
  else terminal.line(terminal.texts.reportWritten(shown, `${(size / 1024).toFixed(0)} KiB`));
  return exitCode.done;
}

/** The workspaces beside this one; none where the store cannot tell, since a report is worth having without them. */
async function otherWorkspaces(store: Store, own: string): Promise<readonly string[]> {
  const all = await store.workspaces().catch(() => []);
  return all.filter((workspace) => workspace !== own);
}

/** The result that this very run got: of several with one fingerprint, the one with its digests. */
async function keptResult(
  store: Store,
  fingerprint: string,
  step: StepResult,
): Promise<KeptResult | undefined> {
  const results = await store.history(fingerprint as never);
  const same = results.findLast(({ manifest }) =>
    Object.entries(step.outputs).every(([output, { digest }]) => manifest.outputs[output]?.digest === digest),
  );
  if (same === undefined) return undefined;
  const { made, outputs, ingredients, nondeterministic } = same.manifest;
  return {
    at: made.at,
    run: made.run,
    seconds: made.seconds,
    backend: made.backend,
    device: made.device,
    versions: made.versions,
    nondeterministic,
    params: ingredients.params,
    files: Object.fromEntries(Object.entries(outputs).map(([output, { files }]) => [output, files])),
  };
}

function pageAssets(): { readonly script: string; readonly style: string } {
  const read = (file: string): string => {
    const path = join(import.meta.dirname, file);
    if (!existsSync(path))
      throw new PipelineError('not-built', `${file} is missing: the command was not built whole`, {
        hint: 'run `npm run build`',
      });
    return readFileSync(path, 'utf8');
  };
  return { script: read('page.js'), style: read('page-style.css') };
}
