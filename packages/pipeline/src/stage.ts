import type { z } from 'zod';
import { createArtifact, type Artifact, type StepCall } from './artifact.ts';
import type { CheckedInputs, CheckedKinds, CheckedParams, Compared } from './given.ts';
import type { AnyKind, ArtifactKind } from './kind.ts';
import type { Flat, InputArtifacts, Ports } from './port.ts';
import type { Runs } from './runs.ts';
import type { Work } from './work.ts';

/**
 * Something outside the graph that a step reads. A step's identity holds its digest, and its job gets
 * exactly those bytes: a file or folder of the workspace, a repository of a hub at one commit, a package of an index.
 */
export type Pin =
  | { readonly type: 'file' | 'folder'; readonly path: string }
  | {
      readonly type: 'hub';
      readonly hub: 'huggingface' | 'modelscope';
      readonly repositoryType: 'model' | 'dataset';
      readonly repository: string;
      readonly revision: string;
      readonly include?: readonly string[] | undefined;
      readonly exclude?: readonly string[] | undefined;
    }
  | {
      readonly type: 'wheel';
      readonly package: string;
      readonly version: string;
      readonly file: string;
      readonly sha256: string;
    };

/** What an estimate knows of the step that makes an input: its stage and its resolved params. */
export interface Upstream {
  readonly stage: string;
  readonly params: unknown;
  readonly inputs: Readonly<Record<string, Upstream | undefined>>;
}

/** What a step needs of the machine. Bytes; each figure with the words that explain it. */
export interface Needs {
  readonly gpuMemory?: {
    readonly bytes: number;
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  };
  readonly disk?: { readonly bytes: number; readonly why: string };
  readonly download?: { readonly bytes: number; readonly why: string };
  /** How many GPUs it uses at once, where there are as many; what its implementation asks for by default. */
  readonly gpus?: number;
  /** Whether the step can do without a GPU at all. */
  readonly gpu?: 'required' | 'useful';
  /** What of it only a GPU can do, where its params say so, and how to do without. */
  readonly gpuFor?: { readonly what: string; readonly hint: string };
}

/** How a longer execution of a stage may go on from a shorter one that was done before. */
export interface Continuation {
  /** How long it is; lengths of the same unit can be compared. */
  readonly length: { readonly unit: string; readonly value: number };
  /** The params without the length: two executions with the same do the same, as far as the shorter one goes. */
  readonly params: unknown;
  /** Why these params make a longer execution another one from its beginning; a sentence. */
  readonly refusal?: string | undefined;
}

/** What a stage is, in full. */
export interface StageDefinition {
  readonly name: string;
  /** Raised by hand when results change although the code does not. */
  readonly version: number;
  readonly url: string;
  readonly inputs: Ports;
  readonly params: z.ZodType;
  readonly outputs: Readonly<Record<string, AnyKind>>;
  readonly runs: Runs;
  readonly pins: ((params: never) => readonly Pin[]) | undefined;
  readonly needs:
    ((params: never, inputs: Readonly<Record<string, Upstream | undefined>>) => Needs) | undefined;
  readonly work: Work<never, string> | undefined;
  readonly continues: ((params: never, inputs: readonly string[]) => Continuation) | undefined;
}

/** A name and an optional reason; kept out of every step's identity. */
export interface StepOptions {
  /** What the step is called where no variable holds its result, as in a loop. */
  readonly as?: string;
}

/** What a stage call returns: one artifact for each output. */
export type StageOutputs<Kinds> = {
  readonly [Name in keyof Kinds]: Kinds[Name] extends ArtifactKind<infer Kind> ? Artifact<Kind> : never;
};

type ParamsArgument<Params extends z.ZodType, Name extends string, Given> = Compared<
  Given,
  CheckedParams<Given, Readonly<z.input<Params>>, Name>
>;

/** The type of `{}`: assignable to a params type that has nothing required. */
type Empty = Record<never, never>;

/** Inputs only where there are some; params may be left out where none is required. */
type Arguments<Inputs, Params extends z.ZodType, Name extends string, GivenInputs, GivenParams> = [
  ...inputs: keyof Inputs extends never
    ? []
    : [inputs: Compared<GivenInputs, CheckedInputs<GivenInputs, InputArtifacts<Inputs>, Name>>],
  ...how: Empty extends z.input<Params>
    ? [params?: ParamsArgument<Params, Name, GivenParams>, options?: StepOptions]
    : [params: ParamsArgument<Params, Name, GivenParams>, options?: StepOptions],
];

/** A reusable definition; calling it places a step in a pipeline. What flows in comes first, how it is done second. */
export interface Stage<Inputs, Params extends z.ZodType, Kinds, Name extends string = string> {
  <GivenInputs, GivenParams>(
    ...given: Arguments<Inputs, Params, Name, GivenInputs, GivenParams>
  ): Flat<StageOutputs<Kinds>>;
  readonly definition: StageDefinition;
  /** For types alone: what `implement` reads of a stage. */
  readonly types?: { readonly inputs: Inputs; readonly params: Params; readonly outputs: Kinds };
}

/** Any stage, for `implement` and for those who list stages. */
export interface AnyStage {
  readonly definition: StageDefinition;
  readonly types?: {
    readonly inputs: Ports;
    readonly params: z.ZodType;
    readonly outputs: Readonly<Record<string, AnyKind>>;
  };
}

/**
 * Declares a stage.
 *
 * @param url `import.meta.url` of the declaring module; entries and files are relative to it.
 */
export function defineStage<
  const Name extends string,
  Params extends z.ZodType,
  Kinds,
  Inputs extends Ports = Record<never, never>,
>(
  url: string,
  options: {
    readonly name: Name;
    readonly version?: number;
    readonly inputs?: Inputs;
    readonly params: Params;
    readonly outputs: Compared<Kinds, CheckedKinds<Kinds>>;
    readonly runs: Runs;
    readonly pins?: (params: z.output<Params>) => readonly Pin[];
    readonly needs?: (
      params: z.output<Params>,
      inputs: Readonly<Record<keyof Inputs & string, Upstream | undefined>>,
    ) => Needs;
    /** From what a plan tells how long an execution will take; without it, from how long the last one took. */
    readonly work?: Work<z.output<Params>, keyof Inputs & string>;
    /**
     * Says how long an execution is and what else decides it. A longer one then finds the outputs of the longest
     * shorter one as inputs named `earlier.<output>`. That must not show in its result.
     */
    readonly continues?: (
      params: z.output<Params>,
      inputs: readonly (keyof Inputs & string)[],
    ) => Continuation;
  },
): Stage<Flat<Inputs>, Params, Kinds, Name> {
  const definition: StageDefinition = Object.freeze({
    name: options.name,
    version: options.version ?? 1,
    url,
    inputs: options.inputs ?? {},
    params: options.params,
    outputs: options.outputs as Readonly<Record<string, AnyKind>>,
    runs: options.runs,
    pins: options.pins,
    needs: options.needs,
    work: options.work,
    continues: options.continues,
  });
  const hasInputs = Object.keys(definition.inputs).length > 0;

  const call = (...given: readonly unknown[]): Flat<StageOutputs<Kinds>> => {
    const [inputs, params, settings] = hasInputs ? given : [{}, ...given];
    const site: { stack?: string } = {};
    Error.captureStackTrace(site, call);
    const step: StepCall = {
      stage: definition,
      inputs: (inputs ?? {}) as StepCall['inputs'],
      params: params ?? {},
      name: (settings as StepOptions | undefined)?.as,
      site,
    };
    const outputs: Record<string, Artifact> = {};
    for (const [output, kind] of Object.entries<AnyKind>(definition.outputs)) {
      outputs[output] = createArtifact(kind.kind, { call: step, output });
    }
    return Object.freeze(outputs) as Flat<StageOutputs<Kinds>>;
  };
  return Object.assign(call, { definition });
}
