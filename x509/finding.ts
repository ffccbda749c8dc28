/** Problems that a certificate or its chain can have. */
export type FindingCode =
  | "unknown-issuer"
  | "signature"
  | "not-yet-valid"
  | "expired"
  | "ca-not-yet-valid"
  | "ca-expired"
  | "not-a-ca"
  | "key-cert-sign"
  | "path-length"
  | "key-id"
  | "key-id-missing"
  | "outlives-ca"
  | "key-usage"
  | "purpose"
  | "host"
  | "serial-number"
  | "duplicate-extension"
  | "critical-extension"
  | "name-encoding"
  | "empty-name"
  | "key-algorithm"
  | "signature-algorithm"
  | "name-constraints";

/** One problem, with a code for programs and a sentence for people. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
}
