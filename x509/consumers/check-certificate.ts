import { isTrustAnchor, type Certificate } from "../certificate";
import { ANY_PURPOSE } from "../extensions";
import type { Finding, FindingCode } from "../finding";
import { describeReaders, readersAmong, type Consumers, type Library } from "./library";
import { RULES } from "./rules";
import { checkWeakKey, checkWeakSignature } from "./weak";

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
  const no = refused(ca, consumers, ["Go", "Java"], "not-a-ca", notCa(ca));
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

function notCa(certificate: Certificate): string | undefined {
  return isTrustAnchor(certificate) ? undefined : "is not a CA: its basic constraints lack CA:TRUE";
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
