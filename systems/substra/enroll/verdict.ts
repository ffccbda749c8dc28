import type { AdmissionFacts, RequestFacts } from "./facts";
import type { FileToWrite } from "./save";

/** A requested and a granted value, side by side. Both are safe to print with `listed`. */
export interface Comparison {
  readonly what: string;
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  readonly ok: boolean;
}

/** Status of a CA in `signedBy.trust`. */
export type TrustStatus = "pinned" | "first-use" | "not-pinned";

interface Decided {
  /** Undefined if it does not name exactly one organization. */
  readonly mspId: string | undefined;
  /** Files that it came in. */
  readonly origins: readonly string[];
  /** `ignored` if it is for the other side: a request in its own stack, for example. */
  readonly decision: "accepted" | "refused" | "ignored";
  /** Reasons why it is refused or ignored. */
  readonly reasons: readonly string[];
  /** Warnings, even if it is accepted. */
  readonly warnings: readonly string[];
  /** Configuration to set, after a decision that only people can make. */
  readonly proposal?: string;
  /** Files that are written if everything is accepted. */
  readonly files: readonly FileToWrite[];
}

export interface RequestVerdict extends Decided {
  readonly kind: "request";
  readonly facts: RequestFacts;
  /** Configuration key that grants, e.g. `enrollments.MyOrg1MSP`; without one, nothing is compared. */
  readonly source?: string;
  readonly comparison: readonly Comparison[];
}

export interface AdmissionVerdict extends Decided {
  readonly kind: "admission";
  /** Undefined if files are missing, or contradict each other. */
  readonly facts?: AdmissionFacts;
  /** Status by the name of the CA's generation. */
  readonly trust: Readonly<Record<string, TrustStatus>>;
}

/** Decision on a received request or admission. */
export type Verdict = RequestVerdict | AdmissionVerdict;
