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

/** A certificate, with its key if its owner is here, and what must be true of it. */
export interface Pair {
  /** E.g. `the server certificate`. */
  readonly what: string;
  /** The leaf, and its intermediates after it, as PEM. */
  readonly certificatePem: string;
  /** Undefined if it is not here. */
  readonly keyPem: string | undefined;
  /** Where they come from, for messages. */
  readonly origin: string;
  /** Where the key comes from. @default - where the certificate does */
  readonly keyOrigin?: string;
  /** The CAs that its peers trust; undefined if they are not known here. */
  readonly roots: readonly Certificate[] | undefined;
  readonly purposes: readonly Purpose[];
  readonly at: Date;
}

/** The findings that break the chain itself. */
export const CHAIN_FINDINGS: readonly FindingCode[] = [
  "unknown-issuer",
  "signature",
  "not-a-ca",
  "key-cert-sign",
  "path-length",
];

/**
 * Checks all of a pair that does not depend on the system which uses it.
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
    "Issue it anew with the extended key usages that are asked for.",
  );
  checkExpiry(list, { what, leaf, at }, of("expired", "not-yet-valid"));
  if (roots === undefined) return leaf;
  const linked = list.judge(
    "chain",
    of(...CHAIN_FINDINGS),
    `${what}, ${leaf.subject.text}, is signed by ${leaf.issuer.text}`,
    `Its peers do not trust it: either it or their CA is not the stack's. ${REPAIR.objects}`,
  );
  // A CA that is not valid yet is no news beside a certificate that is not: then the clock is wrong, and that is said.
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

/** Key identifiers, for those consumers that compare them. */
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
    "Issue it anew with an authority key identifier (X.509 version 3).",
  );
}

/** Reads something out of PEM; what cannot be read is a check that fails. */
function readOr<T>(list: Checklist, code: CheckCode, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    list.fail(code, error.message, REPAIR.objects);
    return undefined;
  }
}

/** The messages of findings with one of the codes, each once. */
export function messages(findings: readonly Finding[], codes: readonly FindingCode[]): string[] {
  return [
    ...new Set(findings.filter(({ code }) => codes.includes(code)).map(({ message }) => message)),
  ];
}
