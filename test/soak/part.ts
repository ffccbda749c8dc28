/** What all parts are told. */
export interface SoakOptions {
  /** Decides on everything that is drawn. */
  readonly seed: number;
  /** How many kills are made. */
  readonly kills: number;
  /** How many requests and certificates are read. */
  readonly inputs: number;
  /** Aborted by Ctrl-C: no further round begins, and what was found so far is printed. */
  readonly stopping: AbortSignal;
}

/** What a part came to. */
export interface Outcome {
  /** A line each, for people. */
  readonly figures: readonly string[];
  /** Whether nothing went wrong. */
  readonly holds: boolean;
}

export type Part = (options: SoakOptions) => Promise<Outcome>;
