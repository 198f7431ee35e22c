import type { Artifact } from './artifact.ts';
import type { AnyKind, ArtifactKind } from './kind.ts';

/** An input that may be left out. */
export interface Optional<Kind extends AnyKind | AnyOf = AnyKind | AnyOf> {
  readonly type: 'optional';
  readonly of: Kind;
}

/** An input that takes a list, at least one long; its order is part of the step's identity. */
export interface Many<Kind extends AnyKind | AnyOf = AnyKind | AnyOf> {
  readonly type: 'many';
  readonly of: Kind;
}

/** An input that takes any one of several kinds. */
export interface AnyOf<Kinds extends readonly AnyKind[] = readonly AnyKind[]> {
  readonly type: 'any-of';
  readonly of: Kinds;
}

/** What may stand as an input of a stage. */
export type Port = AnyKind | AnyOf | Optional | Many;
export type Ports = Readonly<Record<string, Port>>;

/** An input that may be left out. */
export function optional<Kind extends AnyKind | AnyOf>(kind: Kind): Optional<Kind> {
  return Object.freeze({ type: 'optional', of: kind });
}

/** An input that takes a list of artifacts of one kind. */
export function many<Kind extends AnyKind | AnyOf>(kind: Kind): Many<Kind> {
  return Object.freeze({ type: 'many', of: kind });
}

/** An input that takes an artifact of any of the kinds. */
export function anyOf<const Kinds extends readonly AnyKind[]>(...kinds: Kinds): AnyOf<Kinds> {
  return Object.freeze({ type: 'any-of', of: kinds });
}

type NameOf<Kind> =
  Kind extends AnyOf<infer Kinds>
    ? Kinds[number]['kind']
    : Kind extends ArtifactKind<infer Name>
      ? Name
      : never;

type Given<Entry> =
  Entry extends Many<infer Kind>
    ? readonly Artifact<NameOf<Kind>>[]
    : Entry extends Optional<infer Kind>
      ? Artifact<NameOf<Kind>>
      : Artifact<NameOf<Entry>>;

type OptionalNames<Inputs> = {
  [Name in keyof Inputs]: Inputs[Name] extends Optional ? Name : never;
}[keyof Inputs];

/** What a caller passes: an artifact by input name. Flattened, so that the compiler prints it as one object. */
export type InputArtifacts<Inputs> = Flat<
  { readonly [Name in Exclude<keyof Inputs, OptionalNames<Inputs>>]: Given<Inputs[Name]> } & {
    readonly [Name in OptionalNames<Inputs>]?: Given<Inputs[Name]> | undefined;
  }
>;

export type Flat<Shape> = { [Name in keyof Shape]: Shape[Name] } & {};
