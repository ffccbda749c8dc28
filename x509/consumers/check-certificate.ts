import { isTrustAnchor, type Certificate } from "../certificate";
import type { Finding, FindingCode } from "../chain";
import { ANY_PURPOSE } from "../extensions";
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
export function refused(
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
export function checkWeakSignature({ subject, signatureAlgorithm }: Certificate): Finding[] {
  if (!/md[245]|sha-?1(?!\d)/i.test(signatureAlgorithm)) return [];
  const message = `${subject.text} is signed by ${signatureAlgorithm}, and such signatures can be forged.`;
  return [{ code: "signature-algorithm", message }];
}
