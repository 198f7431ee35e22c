import type { Artifact, StepCall } from './artifact.ts';
import type { CheckedOutputs, Compared } from './given.ts';

/** A set of outputs and everything that leads to them. */
export interface Pipeline {
  readonly type: 'pipeline';
  readonly outputs: Readonly<Record<string, Artifact>>;
  /** Where it is declared. */
  readonly site: StepCall['site'];
}

/** Names the outputs of a pipeline file: `export default pipeline({ model, report })`. */
export function pipeline<Given>(outputs: Compared<Given, CheckedOutputs<Given>>): Pipeline {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, pipeline);
  return Object.freeze({ type: 'pipeline', outputs: { ...(outputs as Record<string, Artifact>) }, site });
}
