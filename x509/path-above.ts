import { isSelfIssued, isTrustAnchor, type Certificate } from "./certificate";
import type { Finding, FindingCode } from "./finding";
import { checkIssuedBy } from "./issued-by";

/** Requirements that OpenSSL, which builds a whole path, has of an issuer. Validity is checked elsewhere. */
const LINK: readonly FindingCode[] = ["signature", "not-a-ca", "key-cert-sign", "key-id"];

/** The CAs above a CA. */
export interface PathAbove {
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
