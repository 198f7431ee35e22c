/**
 * Runs a plan. In come a `Plan`, a store and backends; out go events while it happens, and a result. This is the one
 * package that knows both the store and the backends. It decides step by step what can be reused, by the same rule
 * whether it plans or runs, and owns the words for what happened (`RunEvent`) and for what went wrong (`Failure`).
 * It takes for granted that whoever prints, tracks or reports reads nothing but these.
 */
export { compareWithPast } from './against.ts';
export { createChecker } from './check.ts';
export type { Checker } from './check.ts';
export { affectedSteps } from './affected.ts';
export type { AffectedStep, IdentifiedPlan } from './affected.ts';
export { exitCodeOf, actorOf, RunRefused } from './failure.ts';
export type { Failure } from './failure.ts';
export type { EventListener, RunEvent } from './event.ts';
export { identifyEnvironments, identifySteps } from './identity.ts';
export type { EnvironmentIdentity, HubResolver, StepIdentity, WheelFetcher } from './identity.ts';
export { lockDrift, lockSection } from './lock.ts';
export type { Drift } from './lock.ts';
export type {
  Estimate,
  PlanResult,
  PlanStep,
  Reason,
  ResultOutput,
  RunResult,
  StepOutcome,
  StepResult,
  StepReuse,
} from './result.ts';
export { reuseOf } from './result.ts';
export { forget, remember } from './remembered.ts';
export { rerunSteps } from './rerun.ts';
export type { DifferingFile, Rerun, RerunOutput } from './rerun.ts';
export { labelFolder } from './run-folder.ts';
export { planAgainstStore } from './planning.ts';
export type { Planned, PlanningOptions } from './planning.ts';
export { runPlan } from './run.ts';
export type { Finished, RunOptions } from './run.ts';
export { requireSelection } from './selection.ts';
export type { SelectionOptions } from './selection.ts';
export { standingResults } from './standing.ts';
export type { Standing } from './standing.ts';
