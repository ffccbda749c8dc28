import type { AdmissionFacts, RequestFacts } from "./facts";
import type { FileToWrite } from "./save";

/** What a request asks for beside what is granted. Everything in it is safe to print once listed. */
export interface Comparison {
  readonly what: string;
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  readonly ok: boolean;
}

/** How a CA stands in `signedBy.trust`. */
export type TrustStatus = "pinned" | "first-use" | "not-pinned";

interface Decided {
  /** Undefined if it does not say whose it is. */
  readonly mspId: string | undefined;
  /** The files that it came in. */
  readonly origins: readonly string[];
  /** `ignored` is what is for the other side: a request in its own stack, for example. */
  readonly decision: "accepted" | "refused" | "ignored";
  /** Why it is refused or ignored. */
  readonly reasons: readonly string[];
  /** What is to be known though it is accepted. */
  readonly warnings: readonly string[];
  /** Configuration to be set after a decision that only people can make. */
  readonly proposal?: string;
  /** What is written if everything is accepted. */
  readonly files: readonly FileToWrite[];
}

export interface RequestVerdict extends Decided {
  readonly kind: "request";
  readonly facts: RequestFacts;
  /** The key of configuration that grants, e.g. `enrollments.MyOrg1MSP`; nothing is compared without one. */
  readonly source?: string;
  readonly comparison: readonly Comparison[];
}

export interface AdmissionVerdict extends Decided {
  readonly kind: "admission";
  /** Undefined if files are missing, or contradict each other. */
  readonly facts?: AdmissionFacts;
  /** By the name of the CA's generation. */
  readonly trust: Readonly<Record<string, TrustStatus>>;
}

/** What was decided on something that was received. */
export type Verdict = RequestVerdict | AdmissionVerdict;
