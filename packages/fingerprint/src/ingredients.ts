import type { Digest } from './digest.ts';

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One source file of a step's code, as it stood when the step was fingerprinted. */
export interface SourceFile {
  /** Relative to the workspace's root, with `/`. */
  readonly path: string;
  /** SHA-256 of the bytes: what a re-keying compares when only our own normalisation changed. */
  readonly raw: Digest;
  /** What remains of the file when all that cannot change a result is gone; kept to tell later what differs. */
  readonly normalised: string;
}

/** A registry package that a step's code imports, with the digest of its closure in the lock file. */
export interface PackageIngredient {
  readonly name: string;
  readonly version: string;
  readonly closure: Digest;
}

/**
 * What some code was read from, apart from how we read it: a result is kept when `raw` is the same and only `reader` is
 * another, as after an upgrade of the bundler.
 */
export interface CodeOrigin {
  /** Of names, bytes and modes of all source files, and of the packages. */
  readonly raw: Digest;
  /** What reduced the sources to what counts, and in which version. */
  readonly reader: string;
}

/** What a step executes. */
export interface CodeIdentity extends CodeOrigin {
  readonly language: 'typescript' | 'python';
  /** Of the normalised code with its declared files and packages. */
  readonly digest: Digest;
  readonly files: readonly SourceFile[];
  readonly packages: readonly PackageIngredient[];
  /** Files that go into a job's `code/`: repository-relative path to content. The very bytes that were hashed. */
  readonly content: readonly {
    readonly path: string;
    readonly bytes: Uint8Array;
    readonly executable: boolean;
  }[];
  /** The file of `content` that is started. */
  readonly entry: string;
  /** Folders of `content` on Python's import path. */
  readonly roots: readonly string[];
}

/** What checks the outputs of a kind: a bundle of the kind's module alone. */
export interface KindIdentity extends CodeOrigin {
  readonly kind: string;
  readonly digest: Digest;
  readonly files: readonly SourceFile[];
  readonly packages: readonly PackageIngredient[];
  /** An ES module that exports the kind; it finds its packages from any folder below the workspace. */
  readonly bytes: Uint8Array;
}

/**
 * Everything that can change a step's result. The fingerprint is the SHA-256 of the canonical encoding of these fields,
 * after the record type and the format version.
 */
export interface Ingredients {
  /** The version counts. The name is kept for people and left out of the fingerprint, see {@link leftOut}. */
  readonly stage: { readonly name: string; readonly version: number };
  readonly code: Digest;
  /** One for each output, by output name: the bundle of the kind's module. */
  readonly kinds: Readonly<Record<string, { readonly kind: string; readonly check: Digest }>>;
  /** The normalised lock of the Python environment; null for TypeScript stages. */
  readonly environment: Digest | null;
  readonly params: Json;
  /** Artifact digests by input name, in the order they were passed. */
  readonly inputs: Readonly<Record<string, readonly Digest[]>>;
  /** What lies outside the graph, by canonical pin: the digest of its content. */
  readonly externals: Readonly<Record<string, Digest>>;
}

/** Something that counts, or does not, and why. */
export interface Reasoned {
  readonly what: string;
  readonly why: string;
}

/** Why each ingredient is there, by its field. `docs/reference/fingerprint.md` is held to this list. */
export const ingredientReasons: Readonly<Record<keyof Ingredients, readonly Reasoned[]>> = {
  stage: [
    {
      what: 'The version of the stage',
      why: 'Its author raises it when results change although the code does not.',
    },
  ],
  code: [
    {
      what: 'TypeScript: the bundle of the implementation, the helpers and workspace packages it reaches, and the JSON it imports',
      why: 'It is the very file that the job executes, with comments, types and code that is never reached taken out.',
    },
    {
      what: 'TypeScript: name, version and lock-file closure of each registry package that the bundle imports',
      why: 'The code of a package, or of a package below it, runs in the job. The closure holds name, version and integrity of all of them, for every platform.',
    },
    {
      what: 'Python: the syntax trees of the entry and of every module of the repository it imports, by the name under which it is imported',
      why: 'They run in the job. Comments, docstrings and layout are not in the tree; a file that does not parse counts by its bytes.',
    },
    {
      what: 'Declared files: path from the folder of the entry, executable bit and bytes',
      why: 'The job can read them, and nothing else of the repository.',
    },
  ],
  kinds: [
    {
      what: 'For each output its name, its kind and the bundle of the kind’s module with its packages',
      why: 'A stricter check can refuse what an earlier one let pass, so results that passed the earlier one are not proof.',
    },
  ],
  environment: [
    {
      what: 'The lock file of the Python environment: package, version, extras, marker and hashes',
      why: 'Libraries compute the result. The lock is universal, so machines that install different wheels from it agree.',
    },
  ],
  params: [
    {
      what: 'Every param after defaults, configuration and options',
      why: 'A param is what the stage is told to do.',
    },
  ],
  inputs: [
    {
      what: 'For each input its name and the digests of its artifacts, in order',
      why: 'The content read, not the step that made it: a step that ran again and made the same bytes changes nothing after it.',
    },
  ],
  externals: [
    {
      what: 'For each pinned file, folder, hub repository or wheel its pin and the digest of its content',
      why: 'It is read like an input but no step makes it.',
    },
  ],
};

/** What is deliberately not part of a fingerprint, and why. `docs/reference/fingerprint.md` is held to this list. */
export const leftOut: readonly Reasoned[] = [
  { what: 'The stage’s name', why: 'A step is what it does, not what it is called.' },
  {
    what: 'Labels, and the names of pipelines, variables and configurations',
    why: 'They say where a step is used, not what it does.',
  },
  { what: 'Call sites and the order of calls', why: 'They place a message on the screen.' },
  {
    what: 'The folder of the stage and of the workspace',
    why: 'Paths count from the entry, so a moved stage and a second checkout keep their results.',
  },
  {
    what: 'Comments, docstrings, layout, quotes, trailing commas, redundant parentheses, the order of names within an import, types of TypeScript',
    why: 'The program is the same without them.',
  },
  {
    what: 'TypeScript that is never reached from the entry, and the stage’s own declaration',
    why: 'It does not run in the job; what it decides arrives as params.',
  },
  { what: 'The backend', why: 'Where a job runs is not what it computes; the manifest records it.' },
  {
    what: 'GPUs asked for, memory limit, timeouts, retries, grace time, parallel jobs',
    why: 'They decide whether a job ends, not what it makes when it does.',
  },
  {
    what: 'Whether the stage may use the network',
    why: 'What it fetches is pinned, and counts by its digest.',
  },
  { what: 'Log level, language and printing', why: 'They change what is shown.' },
  {
    what: 'Environment variables that the stage does not list, the locale and the time zone',
    why: 'They do not reach the job: it runs with its own locale, UTC and a short list of variables.',
  },
  {
    what: 'Machine, platform, device, and the versions of Node and Python',
    why: 'A result made elsewhere is shared; the manifest records what made it.',
  },
  {
    what: 'The launcher and the code of the runner',
    why: 'They carry bytes to and from the job and are held to a contract with a version of its own.',
  },
  {
    what: 'Modes but the executable bit, owners, times, and empty folders',
    why: 'Not every file system can hold them, and none is content.',
  },
];
