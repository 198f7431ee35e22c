/**
 * Where jobs run. A job is a folder: its request, code and inputs come in; events, logs, outputs and, last of all, a
 * result go out. A backend is a few stateless verbs over a plain handle, so that any runner can find any job again.
 * It takes for granted that the folder lies where the job can reach it, and knows nothing of stores or plans.
 */
export type { Backend, Deviation, Ended, Handle, JobEvent, Problem, Status } from './backend.ts';
export { attendInContainer } from './container/attended.ts';
export type { Surroundings } from './container/arguments.ts';
export { createContainerBackend } from './container/backend.ts';
export type { ContainerBackendOptions } from './container/backend.ts';
export { askEngine, findCommand, findEngine } from './container/engine.ts';
export type { Engine, EngineFacts } from './container/engine.ts';
export { EngineError } from './container/error.ts';
export { describedDevices, gpuAccess } from './container/gpus.ts';
export type { GpuAccess } from './container/gpus.ts';
export { createImageBuilder } from './container/image.ts';
export type { ImageBuilder } from './container/image.ts';
export { mountEnvironment } from './container/mounted.ts';
export { EnvironmentError } from './environment/error.ts';
export { findInterpreter } from './environment/interpreter.ts';
export type { Interpreter } from './environment/interpreter.ts';
export { createEnvironmentManager } from './environment/manager.ts';
export type {
  EnvironmentManager,
  EnvironmentProgress,
  EnvironmentSpecification,
} from './environment/manager.ts';
export { packageIndex } from './environment/pip-settings.ts';
export { assembleJobFolder } from './folder/assemble.ts';
export type { JobContent } from './folder/assemble.ts';
export { createHostBackend } from './host/backend.ts';
export type { JobExternal, JobFailureReason, JobRequest, JobResult } from './job.ts';
export { createLocalBackend } from './local/backend.ts';
export { readHandle } from './handle.ts';
export { ownerLives } from './process/identity.ts';
export { waitForJob } from './wait.ts';
export type { WaitOptions } from './wait.ts';
