import { X509Certificate } from "node:crypto";

import { isSelfIssued, isTrustAnchor, type Certificate } from "./certificate";
import { ANY_PURPOSE } from "./extensions";
import { coversHost } from "./host";
import { quoteList } from "./text";

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

/** The use of a certificate in a TLS handshake (RFC 5280 section 4.2.1.12). */
export type Purpose = "serverAuth" | "clientAuth";

/** Requirements that a chain is checked against. */
export interface ChainOptions {
  /** The time at which the chain must be valid. */
  readonly at: Date;
  readonly purpose: Purpose;
  /** The host that clients dial. @default - not checked */
  readonly host?: string;
  /** CA certificates that the holder of the leaf sends along. @default - none */
  readonly intermediates?: readonly Certificate[];
}

/** Length of the longest path that is followed, which also ends loops of intermediates. */
const LONGEST_PATH = 8;

/**
 * Checks a leaf against the CAs that its peer trusts. It is slightly stricter than a TLS peer.
 * @param leaf the certificate
 * @param roots the trusted CA certificates; they need not be self-signed
 * @param options time, purpose, host, intermediates
 * @returns the problems, nearest to the leaf first; empty if there are none
 */
export function checkChain(
  leaf: Certificate,
  roots: readonly Certificate[],
  options: ChainOptions,
): Finding[] {
  const { at, purpose, host } = options;
  const found = [
    ...checkTime("the certificate", leaf, at),
    ...checkPurpose("the certificate", leaf, purpose),
  ];
  if (leaf.keyUsages.length > 0 && !leaf.keyUsages.includes("digitalSignature"))
    found.push({
      code: "key-usage",
      message: `the certificate's key usage lacks digitalSignature, which TLS 1.3 needs: ${leaf.keyUsages.join(", ")}.`,
    });
  if (host !== undefined && !coversHost(leaf, host))
    found.push({
      code: "host",
      message: `the certificate is for ${quoteList([...leaf.dnsNames, ...leaf.ipAddresses])}, not for ${quoteList([host])}.`,
    });
  let current = leaf;
  for (let below = 0; below < LONGEST_PATH; below++) {
    const issuer = bestIssuer(current, [...roots, ...(options.intermediates ?? [])], at);
    if (issuer === undefined) break;
    found.push(...checkIssuedBy(current, issuer), ...checkAsIssuer(issuer, below, options));
    if (roots.includes(issuer)) return found;
    current = issuer;
  }
  return [
    ...found,
    {
      code: "unknown-issuer",
      message: `its issuer ${current.issuer.text} is not trusted; trusted: ${quoteList(roots.map(({ subject }) => subject.text))}.`,
    },
  ];
}

/** Picks the CA that is most likely the issuer, from several with the same name (after a rotation). */
function bestIssuer(
  leaf: Certificate,
  candidates: readonly Certificate[],
  at: Date,
): Certificate | undefined {
  return candidates
    .filter((ca) => ca.subject.der === leaf.issuer.der)
    .map((ca) => ({ ca, problems: [...checkIssuedBy(leaf, ca), ...checkTime("", ca, at)].length }))
    .sort((one, other) => one.problems - other.problems)[0]?.ca;
}

function checkAsIssuer(ca: Certificate, below: number, { at, purpose }: ChainOptions): Finding[] {
  const name = `CA ${ca.subject.text}`;
  const found = checkTimeOfCa(name, ca, at);
  // Go applies a CA's extended key usages to everything below it.
  found.push(...checkPurpose(name, ca, purpose));
  if (ca.pathLength !== undefined && ca.pathLength < below)
    found.push({
      code: "path-length",
      message: `${name} allows ${ca.pathLength} CAs below it, and there are ${below}.`,
    });
  return found;
}

function checkPurpose(name: string, certificate: Certificate, purpose: Purpose): Finding[] {
  const { extensions, extendedKeyUsages } = certificate;
  // RFC 5280 section 4.2.1.12: without the extension, every purpose is allowed. An empty extension is malformed.
  if (!extensions.some((extension) => extension.name === "extendedKeyUsage")) return [];
  if (extendedKeyUsages.includes(purpose) || extendedKeyUsages.includes(ANY_PURPOSE)) return [];
  const found =
    extendedKeyUsages.length === 0
      ? "nothing (its extended key usage is empty)"
      : extendedKeyUsages.join(", ");
  return [{ code: "purpose", message: `${name} is for ${found}, not for ${purpose}.` }];
}

function checkTime(name: string, { notBefore, notAfter }: Certificate, at: Date): Finding[] {
  if (at < notBefore)
    return [
      { code: "not-yet-valid", message: `${name} is valid only from ${notBefore.toISOString()}.` },
    ];
  if (at > notAfter)
    return [{ code: "expired", message: `${name} expired on ${notAfter.toISOString()}.` }];
  return [];
}

/** Uses separate codes for CAs because the remedy differs: CAs are not renewed. */
function checkTimeOfCa(name: string, ca: Certificate, at: Date): Finding[] {
  return checkTime(name, ca, at).map(({ code, message }) => ({
    code: code === "expired" ? "ca-expired" : "ca-not-yet-valid",
    message,
  }));
}

/**
 * Checks that one certificate was issued by another, as strictly as the strictest consumer: names must be equal byte
 * for byte (Go), key identifiers present and equal (the Substra orchestrator), and the certificate must not outlive the
 * CA.
 * @param leaf the issued certificate: a leaf, or a CA below another
 * @param ca the issuer
 * @returns the problems; empty if there are none
 */
export function checkIssuedBy(leaf: Certificate, ca: Certificate): Finding[] {
  return [
    ...checkSigned(leaf, ca),
    ...checkMaySign(ca),
    ...checkKeyIds(leaf, ca),
    ...checkLife(leaf, ca),
  ];
}

function checkSigned(leaf: Certificate, ca: Certificate): Finding[] {
  if (leaf.issuer.der !== ca.subject.der)
    return [
      {
        code: "unknown-issuer",
        message: `the certificate's issuer is ${leaf.issuer.text}, not ${ca.subject.text}.`,
      },
    ];
  if (isSignedBy(leaf, ca)) return [];
  return [
    {
      code: "signature",
      message: `the certificate names ${ca.subject.text} as its issuer but is signed by another key: a CA of the same name?`,
    },
  ];
}

/** Results of verified signatures. `verify` and `report` ask about the same pairs many times. */
const signatures = new WeakMap<Certificate, WeakMap<Certificate, boolean>>();

function isSignedBy(leaf: Certificate, ca: Certificate): boolean {
  const known = signatures.get(leaf) ?? new WeakMap<Certificate, boolean>();
  const before = known.get(ca);
  if (before !== undefined) return before;
  const verified = verifies(leaf, ca);
  signatures.set(leaf, known.set(ca, verified));
  return verified;
}

function verifies(leaf: Certificate, ca: Certificate): boolean {
  try {
    return new X509Certificate(leaf.pem).verify(new X509Certificate(ca.pem).publicKey);
  } catch {
    return false;
  }
}

function checkMaySign(ca: Certificate): Finding[] {
  const { keyUsages, subject } = ca;
  if (!isTrustAnchor(ca))
    return [
      { code: "not-a-ca", message: `${subject.text} is not a CA: basic constraints lack CA:TRUE.` },
    ];
  // RFC 5280 section 4.2.1.3: without the extension, every usage is allowed.
  if (keyUsages.length === 0 || keyUsages.includes("keyCertSign")) return [];
  return [
    {
      code: "key-cert-sign",
      message: `CA ${subject.text} may not sign certificates: its key usage is ${keyUsages.join(", ")}.`,
    },
  ];
}

function checkKeyIds(leaf: Certificate, ca: Certificate): Finding[] {
  if (ca.subjectKeyId === undefined)
    return [
      { code: "key-id-missing", message: `CA ${ca.subject.text} has no subject key identifier.` },
    ];
  if (leaf.authorityKeyId === undefined)
    return [
      { code: "key-id-missing", message: "the certificate has no authority key identifier." },
    ];
  if (leaf.authorityKeyId === ca.subjectKeyId) return [];
  return [
    {
      code: "key-id",
      message: `the certificate's authority key identifier ${leaf.authorityKeyId} is not that of CA ${ca.subject.text}, ${ca.subjectKeyId}.`,
    },
  ];
}

function checkLife(leaf: Certificate, ca: Certificate): Finding[] {
  if (leaf.notAfter <= ca.notAfter) return [];
  return [
    {
      code: "outlives-ca",
      message: `the certificate is valid until ${leaf.notAfter.toISOString()}, longer than CA ${ca.subject.text}, which is valid until ${ca.notAfter.toISOString()}.`,
    },
  ];
}

/** Requirements that OpenSSL, which builds a whole path, has of an issuer. Validity is checked elsewhere. */
const LINK: readonly FindingCode[] = ["signature", "not-a-ca", "key-cert-sign", "key-id"];

/** The CAs above a CA. */
interface PathAbove {
  /** CAs from the issuer up to the root; empty for a root. */
  readonly path: readonly Certificate[];
  /** The problems; empty if there are none. */
  readonly findings: readonly Finding[];
}

/**
 * Builds the path from a CA up to its root (RFC 5280 section 6.1) from certificates in any order.
 * @param ca the CA
 * @param given certificates for the path; the CA itself may be among them, as in most chain files
 * @returns the path and its problems: an issuer that is missing or did not sign, a CA with more CAs below it than it
 *   allows, a certificate that is not on the path
 */
export function pathAbove(ca: Certificate, given: readonly Certificate[]): PathAbove {
  const others = given.filter(({ fingerprint }) => fingerprint !== ca.fingerprint);
  const path: Certificate[] = [];
  const findings: Finding[] = [];
  let current = ca;
  while (!isSelfIssued(current)) {
    const issuer = issuerAmong(current, others, path);
    if (issuer === undefined) {
      findings.push({
        code: "unknown-issuer",
        message: `${current.subject.text} is issued by ${current.issuer.text}, which was not given.`,
      });
      break;
    }
    findings.push(...checkLink(current, issuer), ...checkLength(issuer, path.length + 1));
    path.push(issuer);
    current = issuer;
  }
  if (isSelfIssued(current) && path.length > 0) findings.push(...checkLink(current, current));
  const unused = others.filter((each) => !path.includes(each));
  return { path, findings: [...findings, ...unused.map((each) => notOnPath(ca, each))] };
}

/** Picks the CA that signed, from several with the same name (after cross-signing). */
function issuerAmong(
  certificate: Certificate,
  candidates: readonly Certificate[],
  path: readonly Certificate[],
): Certificate | undefined {
  const named = candidates.filter(
    (each) => each.subject.der === certificate.issuer.der && !path.includes(each),
  );
  return named.find((each) => checkLink(certificate, each).length === 0) ?? named[0];
}

function checkLink(certificate: Certificate, issuer: Certificate): Finding[] {
  return checkIssuedBy(certificate, issuer)
    .filter(({ code }) => LINK.includes(code))
    .map(({ code, message }) => ({
      code,
      message: message.replace("the certificate", certificate.subject.text),
    }));
}

/** The leaf below the CA does not count (RFC 5280 section 4.2.1.9). */
function checkLength({ subject, pathLength }: Certificate, below: number): Finding[] {
  if (pathLength === undefined || pathLength >= below) return [];
  const message = `${subject.text} allows ${pathLength} CAs below it, and there ${below === 1 ? "is 1" : `are ${below}`}.`;
  return [{ code: "path-length", message }];
}

function notOnPath(ca: Certificate, { subject, ...other }: Certificate): Finding {
  const what = isTrustAnchor({ subject, ...other })
    ? "is not a CA above"
    : "is not a CA, so it cannot be above";
  return { code: "unknown-issuer", message: `${subject.text} ${what} ${ca.subject.text}.` };
}
