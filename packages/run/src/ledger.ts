import { join } from 'node:path';
import type { Plan } from '@temper/plan';
import type { Store, Stored, StoredOutput } from '@temper/store';
import type { KnownOutput } from './decide.ts';
import type { EventListener } from './event.ts';
import type { Failure } from './failure.ts';
import { resultOutputs, type StepResult } from './result.ts';
import type { RunFolder } from './run-folder.ts';

/** What became of each step of a run so far. */
export interface Ledger {
  /** By step; nothing yet for a step that is not settled. */
  readonly results: readonly (StepResult | undefined)[];
  /** Steps that cannot be had because something before them failed, or the run was stopped. */
  readonly blocked: Set<number>;
  /** In the order they happened. */
  readonly failures: readonly Failure[];
  output(step: number, name: string): StoredOutput | undefined;
  readonly known: KnownOutput;
  /** Every output that is known, of any step. */
  outputs(): Iterable<StoredOutput>;
  /** Notes what became of a step, with its stored result where it has one, and says so. */
  settle(index: number, ended: Ending, stored?: Stored): void;
  fail(failure: Failure): void;
}

/** What is told of a step when it is settled. */
export type Ending = Pick<StepResult, 'outcome' | 'reasons' | 'fingerprint' | 'continues' | 'seconds'>;

/** A step that did nothing. */
export function untouched(outcome: StepResult['outcome']): Ending {
  return { outcome, reasons: [], fingerprint: null, seconds: 0 };
}

/** Opens an empty ledger; each entry goes to `emit`, and its outputs are linked into the run's folder. */
export function openLedger(
  plan: Plan,
  {
    workspace,
    store,
    runFolder,
    emit,
  }: { workspace: string; store: Store; runFolder: RunFolder; emit: EventListener },
): Ledger {
  const results: (StepResult | undefined)[] = plan.steps.map(() => undefined);
  const failures: Failure[] = [];
  const outputs = new Map<string, StoredOutput>();
  const output = (step: number, name: string): StoredOutput | undefined =>
    outputs.get(`${String(step)}.${name}`);
  return {
    results,
    blocked: new Set(),
    failures,
    output,
    known: (step, name) => output(step, name)?.digest,
    outputs: () => outputs.values(),
    settle(index, ended, stored) {
      const step = plan.steps[index];
      if (step === undefined) throw new Error(`there is no step ${String(index)}`);
      const result: StepResult = {
        label: step.label,
        stage: step.stage,
        variable: step.variable ?? null,
        ...ended,
        ...(ended.outcome === 'reused' && stored !== undefined
          ? { savedSeconds: stored.manifest.made.seconds }
          : {}),
        outputs:
          stored === undefined
            ? {}
            : resultOutputs(stored, workspace, ({ digest }, name) =>
                runFolder.link(step.label, name, join(store.location, 'trees', digest)),
              ),
      };
      results[index] = result;
      for (const [name, made] of Object.entries(stored?.manifest.outputs ?? {}))
        outputs.set(`${String(index)}.${name}`, made);
      emit({ type: 'step-ended', step: result });
    },
    fail(failure) {
      failures.push(failure);
      emit({ type: 'failure', failure });
    },
  };
}
