import {
  PemError,
  checkChain,
  keyMatchesCertificate,
  readCertificates,
  type Certificate,
  type Finding,
  type FindingCode,
  type Purpose,
} from "../x509";
import type { Checklist } from "./check";
import type { CheckCode } from "./check-codes";
import { checkCaLife, checkExpiry } from "./life-checks";
import { checkPublishedKeys } from "./published-keys";
import { REPAIR } from "./todo";

/** A certificate, its key if that is available, and the requirements on it. */
export interface Pair {
  /** E.g. `the server certificate`. */
  readonly what: string;
  /** The leaf followed by its intermediates, as PEM. */
  readonly certificatePem: string;
  /** Undefined if it is not available. */
  readonly keyPem: string | undefined;
  /** Origin of both, for messages. */
  readonly origin: string;
  /** Origin of the key. @default - the certificate's origin */
  readonly keyOrigin?: string;
  /** CAs that its peers trust; undefined if they are not known. */
  readonly roots: readonly Certificate[] | undefined;
  readonly purposes: readonly Purpose[];
  readonly at: Date;
}

/** Findings that break the chain itself. */
export const CHAIN_FINDINGS: readonly FindingCode[] = [
  "unknown-issuer",
  "signature",
  "not-a-ca",
  "key-cert-sign",
  "path-length",
];

/**
 * Checks everything about a pair that does not depend on the system that uses it.
 *
 * @returns the leaf, unless it cannot be read.
 */
export function checkLeaf(list: Checklist, pair: Pair): Certificate | undefined {
  const { what, roots, at, origin } = pair;
  const chain = readOr(list, "certificate", () => readCertificates(pair.certificatePem, origin));
  const [leaf, ...intermediates] = chain ?? [];
  if (leaf === undefined) return undefined;
  checkKey(list, pair, leaf);
  checkPublishedKeys(
    list,
    { what: origin, certificates: [leaf, ...intermediates] },
    { what: "what its peers trust", certificates: roots ?? [] },
  );
  const findings = pair.purposes.flatMap((purpose) =>
    checkChain(leaf, roots ?? [], { at, purpose, intermediates }),
  );
  const of = (...codes: FindingCode[]) => messages(findings, codes);
  list.judge(
    "purpose",
    of("purpose", "key-usage"),
    `${what} is for ${pair.purposes.join(" and ")}`,
    "Reissue it with the required extended key usages.",
  );
  checkExpiry(list, { what, leaf, at }, of("expired", "not-yet-valid"));
  if (roots === undefined) return leaf;
  const linked = list.judge(
    "chain",
    of(...CHAIN_FINDINGS),
    `${what}, ${leaf.subject.text}, is signed by ${leaf.issuer.text}`,
    `Its peers do not trust it: either it or their CA is not the stack's. ${REPAIR.objects}`,
  );
  // If the certificate is not valid yet either, the clock is wrong, which is already reported.
  const early = of("not-yet-valid").length > 0 ? [] : of("ca-not-yet-valid");
  if (linked) checkCaLife(list, leaf, roots, [...of("outlives-ca", "ca-expired"), ...early]);
  return leaf;
}

function checkKey(
  list: Checklist,
  { keyPem, origin, keyOrigin = origin, what }: Pair,
  leaf: Certificate,
): void {
  if (keyPem === undefined) return;
  const matches = readOr(list, "key", () => keyMatchesCertificate(keyPem, leaf.pem));
  if (matches === undefined) return;
  list.judge(
    "key",
    matches
      ? []
      : [`the private key in ${keyOrigin} is not that of ${what}, ${leaf.subject.text}.`],
    `the private key is that of ${what}`,
    REPAIR.objects,
  );
}

/** Checks the key identifiers, for consumers that compare them. */
export function checkKeyIds(
  list: Checklist,
  leaf: Certificate,
  roots: readonly Certificate[],
  at: Date,
): void {
  const findings = checkChain(leaf, roots, { at, purpose: "serverAuth" });
  list.judge(
    "key-ids",
    messages(findings, ["key-id", "key-id-missing"]),
    "its authority key identifier is its CA's",
    "Reissue it with an authority key identifier (X.509 version 3).",
  );
}

/** Reads something from PEM. If it cannot be read, the check fails. */
function readOr<T>(list: Checklist, code: CheckCode, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    list.fail(code, error.message, REPAIR.objects);
    return undefined;
  }
}

/** Returns the distinct messages of findings with one of the codes. */
export function messages(findings: readonly Finding[], codes: readonly FindingCode[]): string[] {
  return [
    ...new Set(findings.filter(({ code }) => codes.includes(code)).map(({ message }) => message)),
  ];
}
