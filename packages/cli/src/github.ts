import { appendFileSync } from 'node:fs';
import type { Place } from '@temper/pipeline';
import type { RunResult } from '@temper/run';

/** Something wrong that GitHub can show beside the line where it stands. */
export interface Annotated {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly where?: Place | undefined;
}

/**
 * In a GitHub workflow, marks the line that a problem is about
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message).
 */
export function annotate(
  { message, hint, where }: Annotated,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  if (environment['GITHUB_ACTIONS'] !== 'true') return;
  const place =
    where === undefined
      ? []
      : [
          `file=${property(where.file)}`,
          `line=${String(where.line)}`,
          `col=${String(where.column)}`,
          ...(where.length === undefined ? [] : [`endColumn=${String(where.column + where.length)}`]),
        ];
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  process.stderr.write(`::error ${[...place, 'title=temper'].join(',')}::${data(text)}\n`);
}

/** Gives later steps of the workflow what they ask about a run. */
export function tellOutputs(result: RunResult, environment: NodeJS.ProcessEnv = process.env): void {
  const file = environment['GITHUB_OUTPUT'];
  if (file === undefined || file === '') return;
  const count = (outcome: string): number => result.steps.filter((step) => step.outcome === outcome).length;
  const outputs = {
    run: result.run,
    outcome: result.outcome,
    ran: count('ran'),
    reused: count('reused'),
    failed: count('failed'),
    folder: `.temper/runs/${String(result.run)}`,
  };
  appendFileSync(
    file,
    Object.entries(outputs)
      .map(([name, value]) => `${name}=${String(value)}\n`)
      .join(''),
  );
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
