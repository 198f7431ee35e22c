/**
 * What answers a run without running it: a door of its own, because whoever enters here must not load planner, store
 * and backends behind the other one.
 */
export { recall } from './remembered.ts';
export type { Recalled } from './remembered.ts';
export { resultText } from './result-text.ts';
export { createRunFolder } from './run-folder.ts';
export type { PlanResult, RunResult } from './result.ts';
