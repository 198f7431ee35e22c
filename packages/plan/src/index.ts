/**
 * From a pipeline's outputs to ordered steps. A pipeline file and its configuration come in; a `Plan` goes out: every
 * step with its label, call site, resolved params and their origins, wires, implementation and pins. It reads sources
 * and nothing else, so that planning needs neither network, data nor store; whether a step has to run is decided to the
 * right of here, from its fingerprint. It takes for granted that somebody built `names-child` (see `createNameFinder`).
 */
export { readConfigurations } from './configuration.ts';
export type { ContainerSettings, Settings } from './settings.ts';
export { configurationSchema } from './json-schema.ts';
export { requireStepsAt, stepsAt } from './labels.ts';
export type { Addressable } from './labels.ts';
export { lockedRepository, lockFile, lockText, repositoryKey } from './lock.ts';
export type { Lock, LockedConfiguration, LockedRepository } from './lock.ts';
export { createNameFinder } from './names.ts';
export type { NameFinder } from './names.ts';
export { didYouMean, nearest } from './nearest.ts';
export type { Wire } from './order.ts';
export type { Origin } from './overlay.ts';
export { findPipeline, listPipelines } from './pipeline-files.ts';
export type { PipelineFile } from './pipeline-files.ts';
export { createPlan, workspacePath } from './plan.ts';
export type { Plan, PlannedStep, PlanOptions } from './plan.ts';
