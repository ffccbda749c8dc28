import type { KeyAlgorithm } from "./key";

/** Permissions that configuration grants one party. A request that asks for anything else is refused. */
export interface Grant {
  /** The exact organization (subject O), e.g. a Substra MSP ID. */
  readonly organization: string;
  /**
   * The common name (subject CN) that a request may have.
   * @default - any single plain name that cannot be taken for a host which is not granted
   */
  readonly commonName?: string;
  /** DNS names, in lower case. Wildcards are compared literally. @default - none */
  readonly dnsNames?: readonly string[];
  /** IP addresses. @default - none */
  readonly ipAddresses?: readonly string[];
  /** URIs, exactly as they must appear in the request. @default - none */
  readonly uris?: readonly string[];
  /**
   * Allowed key algorithms.
   * @default - RSA 2048, 3072 and 4096, P-256, P-384; not Ed25519, which some consumers cannot read
   */
  readonly keyAlgorithms?: readonly KeyAlgorithm[];
  /** The one public key that may be signed, by fingerprint (see `publicKeyFingerprint`). @default - any */
  readonly publicKey?: string;
  /**
   * Public keys that must not be signed and their holders, by fingerprint (see `publicKeyFingerprint`): the CA itself,
   * other parties, holders of revoked certificates.
   */
  readonly refusedKeys?: Readonly<Record<string, string>>;
  /** The configuration key that grants this, for messages, e.g. `organizations.MyOrg1MSP`. */
  readonly source: string;
}

/** Reasons why a request is refused, one code for each. */
export type ViolationCode =
  | "pem"
  | "malformed"
  | "version"
  | "proof-of-possession"
  | "signature-algorithm"
  | "key-algorithm"
  | "key-encoding"
  | "key-pinned"
  | "key-published"
  | "key-refused"
  | "key-weak"
  | "organization"
  | "common-name"
  | "subject"
  | "string-type"
  | "dns-name"
  | "ip-address"
  | "uri"
  | "email-address"
  | "other-name"
  | "duplicate-name"
  | "ca"
  | "key-usage"
  | "critical-extension"
  | "duplicate-extension"
  | "extension-request";

/** One reason to refuse a request. All its texts are safe to print. */
export interface Violation {
  readonly code: ViolationCode;
  /** What the request asks for. */
  readonly asked: string;
  /** What the request may ask for. */
  readonly granted: string;
  /** A sentence with both, the configuration key if one decides, and advice if there is any. */
  readonly message: string;
}

/** Creates a violation of what configuration grants, in a uniform wording. */
export function notGranted(
  { source }: Grant,
  code: ViolationCode,
  asked: string,
  granted: string,
  advice = "",
): Violation {
  const message = [`asks for ${asked}; ${source} grants ${granted}.`, advice].join(" ").trim();
  return { code, asked, granted, message };
}

/** Creates a violation of a rule that configuration cannot change. */
export function neverGranted(
  code: ViolationCode,
  asked: string,
  granted: string,
  advice = "",
): Violation {
  const message = [`has ${asked}; accepted: ${granted}.`, advice].join(" ").trim();
  return { code, asked, granted, message };
}
