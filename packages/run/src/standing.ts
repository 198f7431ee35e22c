import type { Plan, PlannedStep } from '@temper/plan';
import type { Stored, StoredOutput } from '@temper/store';
import { decide } from './decide.ts';
import { prepare, type PlanningOptions } from './planning.ts';

/** What the store holds of a step, as the plan stands. */
export interface Standing {
  readonly step: PlannedStep;
  /** The result that a run would reuse, else the newest one; undefined where there is none. */
  readonly stored: Stored | undefined;
  /** Whether a run would make it anew. */
  readonly stale: boolean;
}

/** The results that a pipeline has, step by step: what one can look at without running anything. */
export async function standingResults(
  plan: Plan,
  options: Omit<PlanningOptions, 'staleOk'>,
): Promise<readonly Standing[]> {
  const deciding = await prepare(plan, { ...options, staleOk: true });
  const none = plan.steps.map(() => false);
  const looking = {
    ...deciding,
    selection: { mayRun: none, forced: none, wants: plan.steps.map(() => 'read' as const) },
  };
  const outputs = new Map<string, StoredOutput>();
  const standing: Standing[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const decision = await decide(index, looking, (from, output) => outputs.get(`${from}.${output}`)?.digest);
    const reused = decision.action === 'reuse' ? decision : undefined;
    for (const [name, output] of Object.entries(reused?.stored.manifest.outputs ?? {}))
      outputs.set(`${index}.${name}`, output);
    standing.push({
      step,
      stored: reused?.stored,
      stale: reused === undefined || reused.stale !== undefined,
    });
  }
  return standing;
}
