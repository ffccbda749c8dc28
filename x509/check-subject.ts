import type { CertificateRequest } from "./certificate-request";
import type { NameAttribute } from "./distinguished-name";
import type { Grant, Violation } from "./grant";
import { violation } from "./grant";
import { isIpAddress } from "./host";
import { quote, quoteList } from "./printable";

/** Longest O and CN in characters (RFC 5280 appendix A.1, ub-organization-name and ub-common-name). */
const LONGEST_VALUE = 64;

/**
 * Checks the subject: exactly one O, the granted one; at most one CN; nothing else.
 *
 * Other attributes are refused and not dropped, since the signer copies them and systems decide by them: OU
 * makes an administrator in Fabric, DC and UID a directory user.
 */
export function checkSubject(request: CertificateRequest, grant: Grant): Violation[] {
  return [
    ...checkOrganization(request, grant),
    ...checkCommonName(request, grant),
    ...checkShape(request, grant),
    ...request.subject.attributes.flatMap((attribute) => checkEncoding(attribute, grant)),
  ];
}

function checkOrganization({ subject }: CertificateRequest, grant: Grant): Violation[] {
  const { organizations } = subject;
  if (organizations.length === 1 && organizations[0] === grant.organization) return [];
  const asked =
    organizations.length > 1
      ? `${organizations.length} organizations (O): ${quoteList(organizations)}`
      : `organization (O) ${quoteList(organizations)}`;
  return [violation(grant, "organization", asked, `exactly ${quote(grant.organization)}`)];
}

function checkCommonName({ subject }: CertificateRequest, grant: Grant): Violation[] {
  const { commonNames } = subject;
  const [name, ...more] = commonNames;
  if (name === undefined || (more.length === 0 && name === grant.commonName)) return [];
  const asked = `common name (CN) ${quoteList(commonNames)}`;
  if (more.length > 0) return [violation(grant, "common-name", asked, "one at most")];
  if (grant.commonName !== undefined)
    return [violation(grant, "common-name", asked, `only ${quote(grant.commonName)}`)];
  if (!looksLikeHost(name) || grant.dnsNames?.includes(name) === true) return [];
  return [
    violation(grant, "common-name", asked, "no common name that is a host, unless it is granted"),
  ];
}

/**
 * Some clients, gRPC's C core among them, take the CN for the host where a certificate has no names of its
 * own. A client's certificate with another party's host as CN would pass for that party's server.
 */
function looksLikeHost(name: string): boolean {
  const text = name.toLowerCase();
  return (
    isIpAddress(text) || text === "localhost" || /^[a-z0-9*_-]*(?:\.[a-z0-9*_-]*)+$/.test(text)
  );
}

function checkShape({ subject }: CertificateRequest, grant: Grant): Violation[] {
  const found: Violation[] = [];
  const others = subject.attributes.filter(({ name }) => name !== "O" && name !== "CN");
  if (others.length > 0)
    found.push(
      violation(
        grant,
        "subject",
        `other subject attributes: ${quoteList(others.map(({ name, value }) => `${name}=${value}`))}`,
        "O and CN only",
        "With openssl: `-subj /O=…/CN=…`.",
      ),
    );
  if (subject.multiValued)
    found.push(
      violation(grant, "subject", "several attributes in one relative name", "one in each"),
    );
  return found;
}

function checkEncoding(attribute: NameAttribute, grant: Grant): Violation[] {
  const { name, stringType, value } = attribute;
  // Other string types let the same letters be written in other bytes, so "equal" would depend on the reader.
  if (stringType !== "PrintableString" && stringType !== "UTF8String")
    return [
      violation(
        grant,
        "string-type",
        `${name} as ${stringType === "other" ? "something that is not text" : stringType}`,
        "PrintableString and UTF8String",
      ),
    ];
  if (stringType === "PrintableString" && !/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value))
    return [
      violation(
        grant,
        "string-type",
        `${name} as PrintableString with ${quote(value)}`,
        "in a PrintableString only its own characters (X.680 section 41.4)",
      ),
    ];
  // The organization is compared with the granted one, byte for byte; only its encoding is left to check.
  const problem = name === "CN" ? textProblem(value) : undefined;
  if (problem === undefined) return [];
  return [
    violation(grant, "common-name", `common name (CN) ${quote(value)}`, `none that ${problem}`),
  ];
}

function textProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  // Controls, invisible format characters such as joiners and bidirectional marks, and unusual spaces.
  if (/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)) return "has control or invisible characters";
  if (text.trim() !== text) return "begins or ends with a space";
  if (Array.from(text).length > LONGEST_VALUE) return `is longer than ${LONGEST_VALUE} characters`;
  return undefined;
}
