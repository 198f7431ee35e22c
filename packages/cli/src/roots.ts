import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, RunResult, StepResult } from '@temper/run';
import { StoreError } from '@temper/store';

/** What the runs of one workspace need of the store. */
export interface Needed {
  /** Fingerprints of the last runs, all of them when no number was given. */
  readonly byRuns: ReadonlySet<string>;
  /** The newest result of each step of each pipeline and configuration. */
  readonly newest: ReadonlySet<string>;
}

/**
 * Reads what the runs of a workspace need, those without a result included: they are still going on, or were killed.
 *
 * @throws StoreError when something there cannot be read, so that nothing is taken for unneeded by mistake.
 */
export function readNeeded(workspace: string, keepRuns?: number): Needed {
  const folder = join(workspace, '.temper', 'runs');
  const numbers = listRuns(folder);
  const byRuns = new Set<string>();
  const newest = new Map<string, string>();
  for (const [index, number] of numbers.entries()) {
    const isKept = keepRuns === undefined || index >= numbers.length - keepRuns;
    const { pipeline, configuration, steps } = readSteps(join(folder, String(number)));
    for (const { label, fingerprint, outcome } of steps) {
      if (fingerprint === null) continue;
      if (isKept) byRuns.add(fingerprint);
      if (outcome === 'ran' || outcome === 'reused')
        newest.set(JSON.stringify([pipeline, configuration, label]), fingerprint);
    }
  }
  return { byRuns, newest: new Set(newest.values()) };
}

function listRuns(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter(Number.isInteger)
      .sort((left, right) => left - right);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error);
  }
}

type Steps = Pick<RunResult, 'pipeline' | 'configuration'> & { readonly steps: readonly StepResult[] };

function readSteps(run: string): Steps {
  const result = join(run, 'result.json');
  try {
    if (existsSync(result)) return JSON.parse(readFileSync(result, 'utf8')) as RunResult;
  } catch (error) {
    throw unreadable(result, error);
  }
  return readEvents(join(run, 'events.jsonl'));
}

/** Of a run that did not come to its end, the steps that did. Its last line may be half written. */
function readEvents(file: string): Steps {
  const steps: StepResult[] = [];
  let names = { pipeline: '', configuration: '' };
  let text: string;
  try {
    text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (error) {
    throw unreadable(file, error);
  }
  for (const line of text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)) {
    let event: RunEvent;
    try {
      event = JSON.parse(line) as RunEvent;
    } catch (error) {
      throw unreadable(file, error);
    }
    if (event.type === 'run-started') names = event;
    else if (event.type === 'step-ended') steps.push(event.step);
  }
  return { pipeline: names.pipeline, configuration: names.configuration, steps };
}

function unreadable(path: string, cause: unknown): StoreError {
  return new StoreError('unreadable', `${path} cannot be read, so what its runs need is not known`, {
    hint: 'mend or remove it; until then nothing is removed from the store',
    cause,
  });
}
