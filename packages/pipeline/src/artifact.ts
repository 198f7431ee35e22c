import type { StageDefinition } from './stage.ts';

/** Registered, so that two copies of this package (a bundle's and a workspace's) understand each other. */
const origin: unique symbol = Symbol.for('temper.artifact.origin') as never;

/** The promise of a typed value: what a stage call returns and what another one takes. */
export interface Artifact<Kind extends string = string> {
  /** The kind's literal name. Nominal: two kinds of equal content are two kinds. */
  readonly kind: Kind;
}

/** One use of a stage in a pipeline file. */
export interface StepCall {
  readonly stage: StageDefinition;
  /** Artifacts by input name; a list where the input is `many`. */
  readonly inputs: Readonly<Record<string, Artifact | readonly Artifact[] | undefined>>;
  /** As written, before defaults. */
  readonly params: unknown;
  /** The name given with `{ as }`. */
  readonly name: string | undefined;
  /** Where the call stands, as the engine prints it; read lazily, since formatting a stack costs. */
  readonly site: { readonly stack?: string };
}

export interface ArtifactOrigin {
  readonly call: StepCall;
  readonly output: string;
}

export function createArtifact<Kind extends string>(kind: Kind, from: ArtifactOrigin): Artifact<Kind> {
  const artifact = { kind };
  Object.defineProperty(artifact, origin, { value: from });
  return Object.freeze(artifact);
}

/** The step that makes an artifact, or undefined when the value is not an artifact. */
export function artifactOrigin(value: unknown): ArtifactOrigin | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [origin]?: ArtifactOrigin })[origin];
}
