/** How much there is to do, in the measure that an execution's time grows with. */
export interface WorkAmount {
  /** What is counted, in the plural: `tokens`. */
  readonly unit: string;
  readonly amount: number;
  /** The settings that decide how long one of them takes, as JSON; executions with the same can be compared. */
  readonly pace: unknown;
  /** For a training: its optimizer steps, and the rows that go into each, over all batches and processes. */
  readonly steps?: number;
  readonly rowsPerStep?: number;
}

/** What can be told of an artifact without reading it. */
export interface ArtifactSizes {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** How a stage says what it has to do, so that a plan can tell the time from that of earlier executions. */
export interface Work<Params, Input extends string> {
  /** Inputs that decide the pace as well, such as the model: only executions on the very same are compared. */
  readonly on: readonly Input[];
  /** An input that is not known yet, and an optional one that is not given, are undefined. */
  readonly measure: (
    params: Params,
    inputs: Readonly<Record<Input, ArtifactSizes | undefined>>,
  ) => WorkAmount | undefined;
}
