import type { Artifact } from './artifact.ts';
import type { Mistake } from './stage.ts';

/** A set of outputs and everything that leads to them. */
export interface Pipeline {
  readonly type: 'pipeline';
  readonly outputs: Readonly<Record<string, Artifact>>;
}

type SomeOutputs<Outputs> = keyof Outputs extends never
  ? Mistake<'a pipeline needs at least one output'>
  : Outputs;

/** Names the outputs of a pipeline file: `export default pipeline({ model, report })`. */
export function pipeline<Outputs extends Readonly<Record<string, Artifact>>>(
  outputs: SomeOutputs<Outputs> & Outputs,
): Pipeline {
  return Object.freeze({ type: 'pipeline', outputs: { ...(outputs as Record<string, Artifact>) } });
}
