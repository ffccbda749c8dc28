import type { Certificate } from "../certificate";
import type { Finding, Purpose } from "../chain";
import { ANY_PURPOSE, outsideOf } from "../extensions";
import { checkAnchorFor, checkWeakSignature, refused } from "./check-certificate";
import { describeReaders, readersAmong, type Consumers } from "./rules";

/** A certificate that a CA will sign. */
export interface Leaf {
  readonly purpose: Purpose;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** Keys that the tls provider can sign with (terraform-provider-tls, internal/provider/common_key.go), without weak ones. */
const SIGNING_KEYS = /^(?:RSA-\d+(?: with exponent \d+)?|ECDSA-P(?:256|384|521)|Ed25519)$/;

/**
 * Checks a CA that will sign certificates, as the consumers of these certificates will read it.
 * @param ca the certificate
 * @param leaves the certificates that it will sign
 * @param consumers those who read these certificates
 * @param at the time at which it signs
 * @returns the problems; empty if there are none
 */
export function checkSignerFor(
  ca: Certificate,
  leaves: readonly Leaf[],
  consumers: Consumers,
  at: Date,
): Finding[] {
  const asAnchor = checkAnchorFor(ca, consumers);
  if (asAnchor.some(({ code }) => code === "not-a-ca")) return asAnchor;
  return [
    ...asAnchor,
    ...checkKey(ca),
    ...checkTime(ca, consumers, at),
    ...checkPurposes(ca, leaves, consumers),
    ...checkNames(ca, leaves, consumers),
  ];
}

function checkKey({ subject, keyAlgorithm, subjectKeyId }: Certificate): Finding[] {
  const found: Finding[] = [];
  if (!SIGNING_KEYS.test(keyAlgorithm))
    found.push({
      code: "key-algorithm",
      message: `${subject.text} has a key of kind ${keyAlgorithm}, which cannot sign certificates here; a CA signs with an RSA, ECDSA-P256, ECDSA-P384, ECDSA-P521 or Ed25519 key.`,
    });
  if (subjectKeyId === undefined)
    found.push({
      code: "key-id-missing",
      message: `${subject.text} has no subject key identifier, which verifiers use to find the CA of a certificate.`,
    });
  return found;
}

/** Checks the validity of a CA that signs, for consumers that enforce it. */
function checkTime(ca: Certificate, consumers: Consumers, at: Date): Finding[] {
  const { subject, notBefore, notAfter } = ca;
  // Java does not check the validity of a CA in its trust store.
  const libraries = ["BoringSSL", "Go", "OpenSSL"] as const;
  const expired = at > notAfter ? `expired on ${notAfter.toISOString()}` : undefined;
  const readers = readersAmong(consumers, libraries);
  if (at >= notBefore || readers.length === 0)
    return refused(ca, consumers, libraries, "expired", expired);
  const verb = readers.length === 1 ? "refuses" : "refuse";
  const message = `${subject.text} is valid only from ${notBefore.toISOString()}; until then ${describeReaders(consumers, readers)} ${verb} whatever it signs.`;
  return [{ code: "not-yet-valid", message }];
}

/** Checks that a CA is not limited to other purposes than those of the certificates it signs. */
function checkPurposes(ca: Certificate, leaves: readonly Leaf[], consumers: Consumers): Finding[] {
  return (["serverAuth", "clientAuth"] as const).flatMap((purpose) =>
    leaves.some((leaf) => leaf.purpose === purpose) ? checkPurpose(ca, purpose, consumers) : [],
  );
}

function checkPurpose(ca: Certificate, purpose: Purpose, consumers: Consumers): Finding[] {
  const { extensions, extendedKeyUsages } = ca;
  const isLimited = extensions.some(({ name }) => name === "extendedKeyUsage");
  if (!isLimited || extendedKeyUsages.includes(purpose)) return [];
  const isAny = extendedKeyUsages.includes(ANY_PURPOSE);
  const whose = purpose === "serverAuth" ? "servers" : "clients";
  return refused(
    ca,
    consumers,
    isAny ? ["OpenSSL"] : ["Go", "OpenSSL"],
    "purpose",
    `is limited to ${extendedKeyUsages.join(", ") || "nothing"} (extended key usage), but is to sign certificates of ${whose} (${purpose})`,
  );
}

/** Checks that the certificates to sign are within the name constraints of a CA. */
function checkNames(ca: Certificate, leaves: readonly Leaf[], consumers: Consumers): Finding[] {
  const { nameConstraints } = ca;
  if (nameConstraints === undefined) return [];
  const others = nameConstraints.permitted.others + nameConstraints.excluded.others;
  return [
    ...refused(
      ca,
      consumers,
      ["BoringSSL", "Go", "OpenSSL"],
      "name-constraints",
      outsideOf(nameConstraints, {
        dnsNames: [...new Set(leaves.flatMap(({ dnsNames }) => dnsNames))],
        ipAddresses: [...new Set(leaves.flatMap(({ ipAddresses }) => ipAddresses))],
      }),
    ),
    ...refused(
      ca,
      consumers,
      ["Go"],
      "name-constraints",
      others > 0 ? "constrains names that are neither DNS names nor IP addresses" : undefined,
    ),
  ];
}

/**
 * Checks the CAs above a CA that is distributed together with them. Go and Java end a chain at any CA that they trust.
 * OpenSSL (and so Node.js and Python) continues to the root and checks every CA on the way; so does BoringSSL if it
 * finds the root.
 * @param ca the CA
 * @param path the CAs above it, from its issuer to the root
 * @param leaves certificates that the CA will sign; empty if it no longer signs
 * @param consumers those who trust all of these CAs
 * @param at the time at which the CA signs
 * @returns the problems; empty if there are none
 */
export function checkAboveFor(
  ca: Certificate,
  path: readonly Certificate[],
  leaves: readonly Leaf[],
  consumers: Consumers,
  at: Date,
): Finding[] {
  const anchors = path.flatMap((above) => checkAnchorFor(above, consumers));
  const readers = readersAmong(consumers, ["BoringSSL", "OpenSSL"]);
  if (readers.length === 0 || path.length === 0) return anchors;
  const toTheRoot = Object.fromEntries(readers.map((library) => [library, consumers[library]]));
  return [
    ...anchors,
    // No library checks the signature of a root.
    ...[ca, ...path.slice(0, -1)].flatMap(checkWeakSignature),
    ...(leaves.length === 0
      ? []
      : path.flatMap((above) => [
          ...checkTime(above, toTheRoot, at),
          ...checkPurposes(above, leaves, toTheRoot),
          ...checkNames(above, leaves, toTheRoot),
        ])),
  ];
}
