import type { Plan } from '@temper/plan';

export interface LockFlags {
  /** `--frozen` and `--no-frozen`; undefined where neither was given. */
  readonly frozen?: boolean;
}

/**
 * Whether the lock may not change. In CI it may not, as soon as there is one for this configuration: what nobody locked
 * yet cannot be held against anything, unless `--frozen` asks for a lock.
 */
export function isFrozen(plan: Plan, { frozen }: LockFlags, environment: NodeJS.ProcessEnv): boolean {
  if (frozen !== undefined) return frozen;
  return inCi(environment) && plan.lock?.configurations[plan.configuration] !== undefined;
}

/** `CI=false` and an empty `CI` are how people say that it is none. */
function inCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}
