import { isSelfIssued, isTrustAnchor, type Certificate } from "./certificate";
import type { Finding, FindingCode } from "./finding";
import { checkIssuedBy } from "./issued-by";

/** What OpenSSL, which builds a whole path, asks of an issuer. Its time is another matter, and decides nothing here. */
const LINK: readonly FindingCode[] = ["signature", "not-a-ca", "key-cert-sign", "key-id"];

/** The CAs above a CA. */
export interface PathAbove {
  /** From the issuer of the CA up to the root; empty for a root. */
  readonly path: readonly Certificate[];
  /** What is wrong; empty if nothing is. */
  readonly findings: readonly Finding[];
}

/**
 * The path from a CA up to its root (RFC 5280 section 6.1), out of certificates in any order.
 * @param ca the CA whose path is asked for
 * @param given certificates that the path is made of; the CA itself may be among them, as it is in most chain files
 * @returns the path, and what is wrong: an issuer that is missing or did not sign, a CA with more CAs below it than it
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
        message: `${current.subject.text} is issued by ${current.issuer.text}, which is not there.`,
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

/** Of several CAs by one name, as cross-signing leaves them, the one that signed. */
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

/** A leaf comes below the CA, and is not counted (RFC 5280 section 4.2.1.9). */
function checkLength({ subject, pathLength }: Certificate, below: number): Finding[] {
  if (pathLength === undefined || pathLength >= below) return [];
  const message = `${subject.text} allows ${pathLength} CAs below it, and there ${below === 1 ? "is 1" : `are ${below}`}.`;
  return [{ code: "path-length", message }];
}

function notOnPath(ca: Certificate, { subject, ...other }: Certificate): Finding {
  const what = isTrustAnchor({ subject, ...other })
    ? "is no CA above"
    : "is no CA, and so not above";
  return { code: "unknown-issuer", message: `${subject.text} ${what} ${ca.subject.text}.` };
}
