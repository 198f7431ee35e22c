import type {
  ArtifactFile,
  CodeIdentity,
  CodeOrigin,
  Digest,
  EnvironmentPackage,
  Fingerprint,
  Ingredients,
  KindIdentity,
} from '@temper/fingerprint';

/** One output as a manifest remembers it. */
export interface StoredOutput {
  readonly kind: string;
  readonly digest: Digest;
  readonly bytes: number;
  /** In code-unit order of their paths. */
  readonly files: readonly ArtifactFile[];
}

/** What one step produced, and from what. Times and machines live here, never in an artifact. */
export interface Manifest {
  readonly schema: 'temper.manifest/1';
  readonly fingerprint: Fingerprint;
  readonly ingredients: Ingredients;
  readonly outputs: Readonly<Record<string, StoredOutput>>;
  /** Facts of the making: none of them is part of identity. */
  readonly made: {
    /** RFC 3339, UTC. */
    readonly at: string;
    /** Wall-clock seconds of the job. */
    readonly seconds: number;
    readonly run: string;
    readonly pipeline: string;
    /** Absent in results that were made before it was told. */
    readonly configuration?: string;
    readonly label: string;
    readonly backend: string;
    readonly attempt: number;
    /** The checkpoint step that this result was resumed from. */
    readonly resumedFrom: number | null;
    /** Versions and device, as the job reported them. */
    readonly versions: Readonly<Record<string, string>>;
    readonly device: string | null;
  };
  /** The step's code in its normalised form, kept small to diff against later. */
  readonly source: Pick<CodeIdentity, 'language' | 'files' | 'packages'> & Partial<CodeOrigin>;
  /** The code of each output's kind, by output name. */
  readonly kinds: Readonly<Record<string, Pick<KindIdentity, 'files' | 'packages'> & Partial<CodeOrigin>>>;
  /** What the lock of the Python environment held; null for TypeScript. */
  readonly environment: readonly EnvironmentPackage[] | null;
  /** True when an earlier result of the same fingerprint has other digests. */
  readonly nondeterministic: boolean;
}

/** A manifest with the name of its file, which orders the results of one fingerprint. */
export interface Stored {
  readonly manifest: Manifest;
  /** `<sequence>-<digest of the manifest>`: newest last. */
  readonly name: string;
}

/** Something in the store that is not what it should be. */
export interface Damage {
  readonly path: string;
  readonly problem: 'missing' | 'corrupt' | 'unreadable' | 'unexpected';
  readonly message: string;
  /** Fingerprints whose results need it. */
  readonly affects: readonly Fingerprint[];
}

/** The right to work on one fingerprint. Released by its owner, or taken over when the owner is dead. */
export interface Claim {
  readonly fingerprint: Fingerprint;
  /** The job's folder, on the store's file system; kept between attempts. */
  readonly workFolder: string;
  /** Whether an earlier owner left work behind (a running job to adopt, a checkpoint to resume from). */
  readonly inherited: boolean;
  /** Throws when somebody else took the claim over in the meantime. */
  assertHeld(): Promise<void>;
  release(options: { readonly removeWork: boolean }): Promise<void>;
}

/** Who holds a fingerprint that one wanted to claim. */
export interface Holder {
  readonly host: string;
  readonly bootId: string;
  /** The namespace of process numbers that `pid` is one of; left out for one's own. */
  readonly pids?: string;
  readonly pid: number;
  readonly startTime: string;
  readonly since: string;
}

/**
 * Blobs by digest, manifests by fingerprint. A result appears whole and verified, or not at all. Nothing here knows
 * stages, plans or backends. Every method may be called by several processes at once.
 */
export interface Store {
  readonly location: string;

  /**
   * The newest result of a fingerprint whose manifest parses, derives its own key again and whose blobs are all there
   * (by stat, with the racy-timestamp rule). A damaged result goes to quarantine, is told to `onDamage`, and the next
   * older one is tried.
   */
  find(
    fingerprint: Fingerprint,
    options?: { readonly onDamage?: (damage: Damage) => void },
  ): Promise<Stored | undefined>;

  /** All results of a fingerprint, newest last, damaged ones left out. */
  history(fingerprint: Fingerprint): Promise<readonly Stored[]>;

  /**
   * Every result in the store, oldest first.
   *
   * @param options.mentioning Only those whose manifest holds this text as it is written, such as a digest; of the
   *   others nothing is parsed, which is most of the work where there are thousands.
   */
  all(options?: { readonly mentioning?: string }): AsyncIterable<Stored>;

  /**
   * Takes an output folder of a job into the store as blobs, without making it a result yet: digests of our own copy,
   * regular files only. The folder stays as it is, but for the modes of its files. Refuses symbolic links, FIFOs, devices, hard links to files outside
   * the folder, names that clash by case or are not UTF-8.
   */
  ingest(folder: string, kind: string): Promise<StoredOutput>;

  /** Publishes a result whose outputs were ingested. Idempotent; never replaces. */
  publish(result: Omit<Manifest, 'schema' | 'nondeterministic'>): Promise<Stored>;

  /**
   * The one read-only tree of an artifact, made from its blobs on first use; bytes are verified when they enter it. A
   * tree that is there is looked at again, unless `find` has just done so (`found`).
   *
   * @throws StoreError `corrupt` when the artifact cannot be served.
   */
  materialise(output: StoredOutput, options?: { readonly found?: boolean }): Promise<string>;

  /**
   * Copies an artifact out of the store to a folder that does not exist yet, every byte verified, as files that the
   * user owns (reflink where possible). The folder appears when it is whole.
   */
  export(output: StoredOutput, folder: string): Promise<void>;

  /** Compares by stat the files of trees that a job could have written through; changed ones go to quarantine. */
  checkUntouched(outputs: readonly StoredOutput[]): Promise<readonly Damage[]>;

  /** Claims a fingerprint for work; answers the holder when a live process works on it. */
  claim(fingerprint: Fingerprint): Promise<Claim | { readonly heldBy: Holder }>;

  /** Announces a run of a workspace, so that nothing it may need is collected until it leaves. */
  enter(workspace: string): Promise<Visit>;

  /**
   * The workspaces whose runs used this store.
   *
   * @throws StoreError `unreadable` when the list cannot be read whole.
   */
  workspaces(): Promise<readonly string[]>;

  /** Waits for what is done in the background (records that spare the next run a reading). */
  settled(): Promise<void>;

  /** Re-reads everything against its digest; goes on past errors. */
  verify(options?: { readonly onProgress?: (bytes: number) => void }): Promise<readonly Damage[]>;

  /** What could go, or what went: blobs, trees, work folders and manifests that no root needs. */
  collect(options: CollectOptions): Promise<Collected>;
}

/** A run that is going on. */
export interface Visit {
  leave(): Promise<void>;
}

export interface CollectOptions {
  /** What must stay, whatever the size. */
  readonly keep: (stored: Stored) => boolean;
  /** Of the rest, the oldest go until the store is no larger; undefined when all of the rest may go. */
  readonly maxBytes?: number | undefined;
  readonly apply: boolean;
}

export interface Collected {
  readonly results: readonly Stored[];
  /** What their going makes free, with all that no result needs. */
  readonly bytes: number;
  readonly files: number;
  /** What the results that stay take. */
  readonly bytesLeft: number;
  /** Runs that are going on: while there is one, everything stays. */
  readonly heldUpBy: readonly Holder[];
  readonly applied: boolean;
}
