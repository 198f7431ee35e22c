/**
 * Declares what a pipeline is made of, and nothing else. In come kinds, stages and the calls of stages; out comes
 * a `Pipeline`: a value whose outputs lead back to every step that makes them. The package does no input or output
 * and holds no state, so that loading a pipeline file can have no effect but the graph. It takes for granted that
 * somebody else orders the steps (`@temper/plan`) and that implementations import `@temper/pipeline/job` instead.
 */
export { artifactKind, datasetKind, KindError } from './kind.ts';
export type { AnyKind, ArtifactFolder, ArtifactKind, DatasetKind } from './kind.ts';
export { anyOf, many, optional } from './port.ts';
export type { AnyOf, Many, Optional, Port, Ports } from './port.ts';
export { byParam, byParams, definePythonEnvironment, host, python } from './runs.ts';
export type { ByParam, ByParams, Host, Python, PythonEnvironment, Runs } from './runs.ts';
export { defineStage } from './stage.ts';
export type { AnyStage, Continuation, Needs, Pin, Stage, StageDefinition, Upstream } from './stage.ts';
export type { ArtifactSizes, Work, WorkAmount } from './work.ts';
export { pipeline } from './pipeline.ts';
export type { Pipeline } from './pipeline.ts';
export { artifactOrigin } from './artifact.ts';
export type { Artifact, ArtifactOrigin, StepCall } from './artifact.ts';
export { misfit } from './misfit.ts';
export type { Misfit } from './misfit.ts';
export { PipelineError } from './error.ts';
export type { Place } from './error.ts';
