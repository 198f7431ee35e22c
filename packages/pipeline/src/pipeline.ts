import type { Artifact, StepCall } from './artifact.ts';
import type { Mistake } from './stage.ts';

/** A set of outputs and everything that leads to them. */
export interface Pipeline {
  readonly type: 'pipeline';
  readonly outputs: Readonly<Record<string, Artifact>>;
  /** Where it is declared. */
  readonly site: StepCall['site'];
}

type SomeOutputs<Outputs> = keyof Outputs extends never
  ? Mistake<'a pipeline needs at least one output'>
  : Outputs;

/** Names the outputs of a pipeline file: `export default pipeline({ model, report })`. */
export function pipeline<Outputs extends Readonly<Record<string, Artifact>>>(
  outputs: SomeOutputs<Outputs> & Outputs,
): Pipeline {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, pipeline);
  return Object.freeze({ type: 'pipeline', outputs: { ...(outputs as Record<string, Artifact>) }, site });
}
