import type { Plan, PlannedStep } from '@temper/plan';
import type { Store, Stored } from '@temper/store';
import type { Memory } from './memory.ts';

/** Finds the newest result of a step, whole or not: what reasons and estimates compare with. */
export type Newest = (step: Pick<PlannedStep, 'label'>) => Promise<Stored | undefined>;

/**
 * Looks first at what this workspace had. A step that it never had, as in a new checkout beside a shared or a restored
 * store, is looked for among the results that other checkouts made of the same pipeline and configuration, so that a
 * change has its reason there as well. The store is read for that at most once.
 */
export function createNewest(
  { pipeline, configuration }: Pick<Plan, 'pipeline' | 'configuration'>,
  memory: Memory,
  store: Store,
): Newest {
  let elsewhere: Promise<ReadonlyMap<string, Stored>> | undefined;
  const look = async (): Promise<ReadonlyMap<string, Stored>> => {
    const byLabel = new Map<string, Stored>();
    for await (const stored of store.all({ mentioning: `"pipeline":${JSON.stringify(pipeline)}` })) {
      const { made } = stored.manifest;
      if (made.pipeline === pipeline && made.configuration === configuration) byLabel.set(made.label, stored);
    }
    return byLabel;
  };
  return async ({ label }) => {
    const last = memory.last({ label });
    if (last !== undefined) return (await store.history(last)).at(-1);
    return (await (elsewhere ??= look())).get(label);
  };
}
