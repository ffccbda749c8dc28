import { isTrustAnchor, type Certificate } from "../certificate";
import type { Finding, FindingCode, Purpose } from "../chain";
import { ANY_PURPOSE, outsideOf } from "../extensions";
import { RULES, describeReaders, readersAmong, type Consumers, type Library } from "./rules";

/**
 * Checks a server's or client's certificate as the libraries of its consumers read it. `checkChain` checks its chain,
 * time, purpose and host.
 * @param leaf the certificate
 * @param consumers those who read it
 * @returns the problems, with those who refuse the certificate; empty if there are none
 */
export function checkLeafFor(leaf: Certificate, consumers: Consumers): Finding[] {
  return [
    ...RULES.flatMap(({ code, leaf: libraries, found }) =>
      refused(leaf, consumers, libraries, code, found(leaf)),
    ),
    ...checkWeakKey(leaf),
    ...checkWeakSignature(leaf),
    ...refused(
      leaf,
      consumers,
      ["BoringSSL", "OpenSSL"],
      "purpose",
      leaf.extendedKeyUsages.includes(ANY_PURPOSE) &&
        !leaf.extendedKeyUsages.includes("serverAuth") &&
        !leaf.extendedKeyUsages.includes("clientAuth")
        ? "is for any purpose (anyExtendedKeyUsage) without naming serverAuth or clientAuth"
        : undefined,
    ),
  ];
}

/**
 * Checks a CA certificate as the libraries that will trust it read it.
 * @param ca the certificate; all libraries take X.509 version 1 for a CA, as it has no extensions to say otherwise
 * @param consumers those who trust it
 * @returns the problems, with those who refuse the certificate; empty if there are none
 */
export function checkAnchorFor(ca: Certificate, consumers: Consumers): Finding[] {
  const no = refused(
    ca,
    consumers,
    ["Go", "Java"],
    "not-a-ca",
    isTrustAnchor(ca) ? undefined : "is not a CA: its basic constraints lack CA:TRUE",
  );
  // If it is not a CA, its other problems would only distract.
  if (no.length > 0) return no;
  return [
    ...RULES.flatMap(({ code, ca: libraries, found }) =>
      refused(ca, consumers, libraries, code, found(ca)),
    ),
    ...checkWeakKey(ca),
    ...refused(
      ca,
      consumers,
      ["BoringSSL", "Go", "Java", "OpenSSL"],
      "key-cert-sign",
      // RFC 5280 section 4.2.1.3: without the extension, every usage is allowed.
      ca.keyUsages.length > 0 && !ca.keyUsages.includes("keyCertSign")
        ? `may not sign certificates (its key usage is ${ca.keyUsages.join(", ")})`
        : undefined,
    ),
  ];
}

/** Returns a finding if there is a problem and a consumer that refuses it. */
function refused(
  certificate: Certificate,
  consumers: Consumers,
  libraries: readonly Library[],
  code: FindingCode,
  found: string | undefined,
): Finding[] {
  const readers = readersAmong(consumers, libraries);
  if (found === undefined || readers.length === 0) return [];
  const name = certificate.subject.text || "the certificate";
  const verb = readers.length === 1 ? "refuses" : "refuse";
  const message = `${name} ${found}, which ${describeReaders(consumers, readers)} ${verb}.`;
  return [{ code, message }];
}

/** Fewest bits of an RSA key at OpenSSL's security level 2, which Debian and Red Hat set. Other libraries accept fewer. */
const FEWEST_BITS = 2048;

/**
 * Checks for keys that are too weak, whatever the libraries of their readers accept.
 * @returns the problems; empty if there are none
 */
function checkWeakKey({ subject, keyAlgorithm }: Certificate): Finding[] {
  const bits = Number(/^RSA-(\d+)/.exec(keyAlgorithm)?.[1] ?? Infinity);
  const found =
    keyAlgorithm === "DSA"
      ? "a DSA key, for which TLS 1.3 has no signature algorithm"
      : bits < FEWEST_BITS
        ? `an RSA key of only ${bits} bits, which is too short`
        : undefined;
  if (found === undefined) return [];
  return [{ code: "key-algorithm", message: `${subject.text} has ${found}.` }];
}

/**
 * Checks for hashes with which signatures can be forged. A root's own signature does not matter: it is trusted as it
 * is. Go refuses SHA-1 and MD5, OpenSSL does from its security level 1 on, and Java refuses MD5; BoringSSL accepts
 * SHA-1 (seen with Envoy 1.36).
 * @returns the problems; empty if there are none
 */
function checkWeakSignature({ subject, signatureAlgorithm }: Certificate): Finding[] {
  if (!/md[245]|sha-?1(?!\d)/i.test(signatureAlgorithm)) return [];
  const message = `${subject.text} is signed by ${signatureAlgorithm}, and such signatures can be forged.`;
  return [{ code: "signature-algorithm", message }];
}

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
