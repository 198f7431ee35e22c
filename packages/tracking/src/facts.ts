import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure, StepResult } from '@temper/run';
import { nameEvaluation } from './metrics.ts';
import type { Ending } from './tracked-step.ts';

/** What a plan says of one step. */
export interface PlannedFacts {
  readonly label: string;
  readonly stage: string;
  readonly params: unknown;
  /** Whether it trains or evaluates. */
  readonly tracked: boolean;
  /** Which output of which step each input takes; several of one name in order. */
  readonly inputs: readonly { readonly input: string; readonly from: string; readonly output: string }[];
}

/** The effective params as a config; they are an object in every stage that has any. */
export function paramsOf({ params }: PlannedFacts): Readonly<Record<string, unknown>> {
  return typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : {};
}

/** What a step reads: by input, the digests and the fingerprints of the steps that made them. */
export function inputsOf(
  { inputs }: PlannedFacts,
  ended: ReadonlyMap<string, StepResult>,
): Readonly<Record<string, readonly object[]>> {
  const read: Record<string, object[]> = {};
  for (const { input, from, output } of inputs) {
    const made = ended.get(from);
    const digest = made?.outputs[output]?.digest ?? null;
    (read[input] ??= []).push({ from, fingerprint: made?.fingerprint ?? null, digest });
  }
  return read;
}

export function digestsOf({ outputs }: StepResult): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]));
}

/** The metrics of a step that made an evaluation. One that cannot be read has passed the check of its kind, and is left out. */
export function evaluationOf({ outputs }: StepResult, workspace: string): Readonly<Record<string, number>> {
  const made = Object.values(outputs).find(({ kind }) => kind === 'evaluation');
  if (made === undefined) return {};
  try {
    return nameEvaluation(JSON.parse(readFileSync(join(workspace, made.path, 'evaluation.json'), 'utf8')));
  } catch {
    return {};
  }
}

/** A job that somebody stopped has not crashed. */
export function endingOf({ outcome, label }: StepResult, failure: Failure | undefined): Ending {
  if (outcome === 'ran') return { state: 'success' };
  if (outcome !== 'failed') return { state: 'aborted', reason: `${label} was cancelled` };
  if (failure === undefined) return { state: 'crashed', reason: `${label} failed` };
  const stopped = failure.type === 'job' && ['cancelled', 'preempted'].includes(failure.reason);
  const { message, hint } = failure;
  return {
    state: stopped ? 'aborted' : 'crashed',
    reason: hint === undefined ? message : `${message}\nhint: ${hint}`,
  };
}
