import type { KeyAlgorithm } from "./key";

/** What configuration grants one party: whatever a request asks beyond this is refused. */
export interface Grant {
  /** The exact organization (subject O), e.g. a Substra MSP ID. */
  readonly organization: string;
  /**
   * The common name (subject CN) that a request may have.
   * @default - any one plain name that cannot be taken for a host which is not granted
   */
  readonly commonName?: string;
  /** DNS names, in lower case; a wildcard only as it stands here. @default - none */
  readonly dnsNames?: readonly string[];
  /** IP addresses. @default - none */
  readonly ipAddresses?: readonly string[];
  /** URIs, as they must stand in the request. @default - none */
  readonly uris?: readonly string[];
  /** Kinds of key. @default - RSA 2048, 3072 and 4096, P-256, P-384; not Ed25519, which some consumers cannot read */
  readonly keyAlgorithms?: readonly KeyAlgorithm[];
  /** The one public key that may be signed, by fingerprint (see `publicKeyFingerprint`). @default - any */
  readonly publicKey?: string;
  /**
   * Public keys that must not be signed, by fingerprint (see `publicKeyFingerprint`), and who holds each: the
   * CA itself, other parties, holders of revoked certificates.
   */
  readonly refusedKeys?: Readonly<Record<string, string>>;
  /** The key of configuration that grants this, for messages, e.g. `organizations.MyOrg1MSP`. */
  readonly source: string;
}

/** Why a request is refused: one code for each thing that a request can get wrong. */
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

/** One reason to refuse a request. Every text in it is safe to print. */
export interface Violation {
  readonly code: ViolationCode;
  /** What the request asks for. */
  readonly asked: string;
  /** What it may ask for. */
  readonly granted: string;
  /** Both in a sentence, with the key of configuration if one decides, and what to do where that helps. */
  readonly message: string;
}

/** Makes a violation of what configuration grants, so that all of them read alike. */
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

/** Makes a violation of a rule that no configuration changes. */
export function neverGranted(
  code: ViolationCode,
  asked: string,
  granted: string,
  advice = "",
): Violation {
  const message = [`has ${asked}; accepted: ${granted}.`, advice].join(" ").trim();
  return { code, asked, granted, message };
}
