import type { Artifact } from './artifact.ts';
import type { AnyKind } from './kind.ts';
import type { AnyOf, Many, Optional } from './port.ts';

/**
 * What a call was given, held against what it takes. Each type here is what the compiler compares an argument with:
 * what is taken, or a sentence in its place where the compiler's own message would print whole types. No value is ever
 * of such a sentence's type, so the sentence is what the reader sees, at the very key.
 */

/**
 * The type of a parameter that is inferred as `Given` and compared as `Checked`. A conditional type, because the
 * compiler infers through one into its branches, and here one branch is `Given` itself.
 */
export type Compared<Given, Checked> = [Given] extends [never] ? Given : Checked;

/** All outputs of a stage call, as it returns them. */
type AllOutputs = Readonly<Record<string, Artifact>>;

/** What was given has no keys to judge: an `any`, a record, or nothing yet, as when an editor asks what may be given. */
type IsOpen<Given> = unknown extends Given ? true : string extends keyof Given ? true : false;

/** The inputs of a stage call. */
export type CheckedInputs<Given, Taken, Stage extends string> =
  IsOpen<Given> extends true
    ? Taken
    : Given extends Artifact | readonly unknown[]
      ? `${Stage} takes its inputs by name, in an object`
      : Given extends object
        ? Complete<Given, Taken, Taken, InputSlips<Given, Taken, Stage>, `${Stage} needs the input`>
        : Taken;

type InputSlips<Given, Taken, Stage extends string> = Slips<{
  [Name in keyof Given]-?: Name extends keyof Taken
    ? InputSlip<Given[Name], Taken[Name], `\`${Name & string}\` of ${Stage}`>
    : `${Stage} has no input ${Unknown<Name, keyof Taken>}`;
}>;

type InputSlip<Given, Taken, Place extends string> =
  IsOpen<Given> extends true
    ? never
    : [NonNullable<Taken>] extends [readonly (infer Item)[]]
      ? [Given] extends [readonly (infer Each)[]]
        ? List<ArtifactSlip<Each, `each of ${Place}`>, Item>
        : [Given] extends [Artifact | AllOutputs]
          ? `${Place} is a list of artifacts, as in [first, second]`
          : never
      : ArtifactSlip<Given, Place>;

type List<Slip, Item> = [Slip] extends [never] ? never : readonly (Item | Slip)[];

type ArtifactSlip<Given, Place extends string> =
  Extract<Given, AllOutputs | readonly unknown[]> extends infer Wrong
    ? [Wrong] extends [never]
      ? never
      : [Wrong] extends [readonly unknown[]]
        ? `${Place} is one artifact, not a list`
        : `${Place} is one artifact, not all outputs of a stage`
    : never;

/** The outputs that a stage promises. */
export type CheckedKinds<Given> = keyof Given extends never
  ? 'a stage needs at least one output'
  : {
      readonly [Name in keyof Given]: Given[Name] extends Optional | Many | AnyOf
        ? `the output \`${Name & string}\` is of one kind, and always there`
        : AnyKind;
    };

/** The outputs of a pipeline. */
export type CheckedOutputs<Given> =
  IsOpen<Given> extends true
    ? AllOutputs
    : Given extends readonly unknown[]
      ? 'a pipeline names its outputs, as in { model, report }'
      : keyof Given extends never
        ? 'a pipeline needs at least one output'
        : Complete<
            Given,
            { readonly [Name in keyof Given]: Artifact },
            AllOutputs,
            Slips<{ [Name in keyof Given]-?: ArtifactSlip<Given[Name], `the output \`${Name & string}\``> }>
          >;

/** The params of a stage call, objects inside them included. */
export type CheckedParams<Given, Taken, Stage extends string> =
  IsOpen<Given> extends true
    ? Taken
    : Given extends undefined
      ? Taken
      : Given extends Artifact | readonly unknown[]
        ? Unnamed<Stage>
        : Given extends object
          ? CheckedObject<Given, Taken, Stage, ''>
          : Unnamed<Stage>;

type Unnamed<Stage extends string> = `${Stage} takes its params by name, in an object`;

type CheckedObject<Given, Taken, Stage extends string, Path extends string> = Given extends object
  ? Branch<Given, Taken> extends infer Meant
    ? [Meant] extends [never]
      ? Taken
      : Complete<
          Given,
          Meant,
          Taken,
          ParamSlips<Given, Meant, Taken, Stage, Path>,
          `${Stage} needs the param`,
          Path
        >
    : never
  : Taken;

type ParamSlips<Given, Meant, Taken, Stage extends string, Path extends string> = Slips<{
  [Name in keyof Given]-?: Name extends KeyOf<Meant>
    ? ParamSlip<Given[Name], ValueOf<Meant, Name>, Stage, `${Path}${Name & string}.`>
    : Name extends KeyOf<Taken>
      ? `${Stage} takes no \`${Path}${Name & string}\` with the other params given`
      : `${Stage} has no param ${Unknown<Name, KeyOf<Meant>, Path>}`;
}>;

/** Only objects are looked into; all else the compiler compares and names by itself. */
type ParamSlip<Given, Taken, Stage extends string, Path extends string> =
  IsOpen<Given> extends true
    ? never
    : [Given] extends [readonly unknown[]]
      ? never
      : [Given] extends [object]
        ? [Objects<Taken>] extends [never]
          ? never
          : CheckedObject<Given, Objects<Taken>, Stage, Path> extends infer Checked
            ? [Objects<Taken>] extends [Checked]
              ? never
              : Checked
            : never
        : never;

/** Of what was given, the keys at fault, each with what is printed for it. */
type Slips<Each> = { [Name in keyof Each as [Each[Name]] extends [never] ? never : Name]: Each[Name] };

type Objects<Taken> = Exclude<Extract<Taken, object>, readonly unknown[]>;

/** Of a union of objects those that agree with every tag given, such as `from: 'hub'`. */
type Branch<Given, Taken> = Taken extends object
  ? Given extends { readonly [Name in Tags<Taken> & keyof Given]: Taken[Name] }
    ? Taken
    : never
  : never;

/** The keys that must be there and take one of few texts. */
type Tags<Taken> = Taken extends object
  ? {
      [Name in RequiredKeys<Taken>]: Taken[Name] extends string
        ? string extends Taken[Name]
          ? never
          : Name
        : never;
    }[RequiredKeys<Taken>]
  : never;

/** What is taken, where nothing is at fault; else the keys at fault, and only then what is missing. */
type Complete<Given, Meant, Taken, Faults, Sentence extends string = never, Path extends string = ''> = [
  keyof Faults,
] extends [never]
  ? [Lacking<Given, Meant>] extends [never]
    ? Taken
    : Marked<Given, Meant, `${Sentence} \`${Path}${Lacking<Given, Meant>}\``>
  : { readonly [Name in keyof Given]: Name extends keyof Faults ? Faults[Name] : ValueOf<Meant, Name> };

/**
 * Says of an object what it lacks: at its tag where it has one, since the tag asks for it (and an editor goes by the
 * tag to offer the keys that are missing), else of the whole.
 */
type Marked<Given, Meant, Sentence> = [keyof Given & Tags<Meant>] extends [never]
  ? Sentence
  : { readonly [Name in keyof Given]: Name extends Tags<Meant> ? Sentence : ValueOf<Meant, Name> };

/** What is required and not given for certain. */
type Lacking<Given, Taken> = Exclude<RequiredKeys<Taken>, RequiredKeys<Given>> & string;

/** Of a union, the keys that all its members require. */
type RequiredKeys<Shape> = keyof Shape extends infer Name
  ? Name extends keyof Shape
    ? [Shape] extends [Readonly<Record<Name, Shape[Name]>>]
      ? Name
      : never
    : never
  : never;

/** Keys and values of an object type, over all members where it is a union. */
type KeyOf<Shape> = Shape extends unknown ? keyof Shape : never;
type ValueOf<Shape, Name> = Shape extends unknown ? (Name extends keyof Shape ? Shape[Name] : never) : never;

/** A name that is not there, and the one that begins most alike where there is just one. */
type Unknown<Name, Names, Path extends string = ''> = `\`${Path}${Name & string}\`${Hint<
  Nearest<Name & string, Names & string>,
  Path
>}`;

type Hint<Near extends string, Path extends string> = [Near] extends [never]
  ? ''
  : IsUnion<Near> extends true
    ? ''
    : `; did you mean \`${Path}${Near}\`?`;

/** The names that share the longest beginning with a word, of at least two letters. */
type Nearest<
  Rest extends string,
  Names extends string,
  Shared extends string = '',
> = Rest extends `${infer Letter}${infer After}`
  ? [Extract<Names, `${Shared}${Letter}${string}`>] extends [never]
    ? LongEnough<Names, Shared>
    : Nearest<After, Extract<Names, `${Shared}${Letter}${string}`>, `${Shared}${Letter}`>
  : LongEnough<Names, Shared>;

type LongEnough<Names, Shared extends string> = Shared extends `${infer _}${infer _}${infer _}`
  ? Names
  : never;

type IsUnion<Names, Each = Names> = Each extends unknown ? ([Names] extends [Each] ? false : true) : never;
