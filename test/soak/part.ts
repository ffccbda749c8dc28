/** Options for all parts. */
export interface SoakOptions {
  /** Determines all random choices. */
  readonly seed: number;
  /** Number of kills. */
  readonly kills: number;
  /** Number of requests, certificates and keys to read. */
  readonly inputs: number;
  /** Aborted by Ctrl-C: no further round starts, and the results so far are printed. */
  readonly stopping: AbortSignal;
}

/** The result of a part. */
export interface Outcome {
  /** Lines for people. */
  readonly figures: readonly string[];
  /** Whether nothing went wrong. */
  readonly holds: boolean;
}

export type Part = (options: SoakOptions) => Promise<Outcome>;
