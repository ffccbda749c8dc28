import type { CertificateRequest } from "./certificate-request";
import type { NameAttribute } from "./distinguished-name";
import { repeated } from "./extensions";
import { neverGranted, notGranted, type Grant, type Violation, type ViolationCode } from "./grant";
import { canonicalIpAddress, dnsNameProblem, isIpAddress } from "./host";
import { hasInvisible, quote, quoteList } from "./text";

/** Longest CN in characters (RFC 5280 appendix A.1, ub-common-name). */
const LONGEST_NAME = 64;

/**
 * Checks the subject: exactly one O, which must be the granted one; at most one CN; nothing else.
 *
 * Other attributes are refused rather than dropped, since the signer copies them and other systems base decisions on
 * them: OU makes an administrator in Fabric, DC and UID name a directory user.
 */
export function checkSubject(request: CertificateRequest, grant: Grant): Violation[] {
  return [
    ...checkOrganization(request, grant),
    ...checkCommonName(request, grant),
    ...checkShape(request),
    ...request.subject.attributes.flatMap(checkEncoding),
  ];
}

function checkOrganization({ subject }: CertificateRequest, grant: Grant): Violation[] {
  const { organizations } = subject;
  if (organizations.length === 1 && organizations[0] === grant.organization) return [];
  const asked =
    organizations.length === 0
      ? "no organization (O)"
      : `organization (O) ${quoteList(organizations)}`;
  return [notGranted(grant, "organization", asked, `exactly ${quote(grant.organization)}`)];
}

function checkCommonName({ subject }: CertificateRequest, grant: Grant): Violation[] {
  const { commonNames } = subject;
  const [name, ...more] = commonNames;
  if (name === undefined || (more.length === 0 && name === grant.commonName)) return [];
  const asked = `common name (CN) ${quoteList(commonNames)}`;
  if (more.length > 0) return [neverGranted("common-name", asked, "one common name or none")];
  const problem = textProblem(name);
  if (problem !== undefined)
    return [neverGranted("common-name", asked, `no common name that ${problem}`)];
  if (grant.commonName !== undefined)
    return [notGranted(grant, "common-name", asked, `only ${quote(grant.commonName)}`)];
  if (!looksLikeHost(name) || grant.dnsNames?.includes(name) === true) return [];
  const granted = `no common name that is a host, except ${quoteList(grant.dnsNames ?? [])}`;
  const advice = "If it is the party's own host, grant it as commonName.";
  return [notGranted(grant, "common-name", asked, granted, advice)];
}

/**
 * Whether a CN could be taken for a host. Some clients, such as gRPC's C core, use the CN as the host if a certificate
 * has no alternative names. A client certificate whose CN is another party's host would pass for that party's server.
 */
function looksLikeHost(name: string): boolean {
  // Reads names as browsers and resolvers do: with full-width letters, and with Chinese and Japanese dots.
  const text = name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u3002\uff0e\uff61]/g, ".");
  // A scheme, a port or brackets turn any word into an address.
  if (/^[a-z][a-z0-9+.-]*:\/\/|^[^\s:]+:\d{1,5}$|^\[.*\]/.test(text)) return true;
  return (
    isIpAddress(text) ||
    text === "localhost" ||
    text.startsWith("xn--") ||
    /^[\p{L}\p{M}\p{N}*_-]*(?:\.[\p{L}\p{M}\p{N}*_-]*)+$/u.test(text)
  );
}

function textProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (hasInvisible(text)) return "has control or invisible characters";
  if (text.trim() !== text) return "begins or ends with a space";
  if (Array.from(text).length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`;
  return undefined;
}

function checkShape({ subject }: CertificateRequest): Violation[] {
  const found: Violation[] = [];
  const others = subject.attributes.filter(({ name }) => name !== "O" && name !== "CN");
  if (others.length > 0) {
    const asked = `subject attribute ${quoteList(others.map(({ name, value }) => `${name}=${value}`))}`;
    found.push(
      neverGranted("subject", asked, "O and CN only", "With openssl: `-subj /O=.../CN=...`."),
    );
  }
  if (subject.multiValued)
    found.push(neverGranted("subject", "several attributes in one relative name", "one in each"));
  return found;
}

/**
 * Checks the string type. Other types can write the same letters in other bytes, so that equality would depend on the
 * reader.
 */
function checkEncoding({ name, stringType, value }: NameAttribute): Violation[] {
  if (stringType === "UTF8String") return [];
  if (stringType !== "PrintableString") {
    const found = stringType === "other" ? "something that is not text" : stringType;
    return [neverGranted("string-type", `${name} as ${found}`, "UTF8String and PrintableString")];
  }
  if (/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)) return [];
  const asked = `${name} as PrintableString ${quote(value)}`;
  return [neverGranted("string-type", asked, "the characters of that type (X.680 section 41.4)")];
}

/**
 * Checks the subject alternative names: all of them must be granted and occur once, and e-mail addresses and names of
 * other kinds are not allowed. Reports one violation per kind of name, however many names there are.
 */
export function checkNames(request: CertificateRequest, grant: Grant): Violation[] {
  const addresses = grant.ipAddresses?.map((text) => canonicalIpAddress(text) ?? text);
  const { dnsNames, ipAddresses, uris, emailAddresses, otherNames } = request;
  return [
    ...beyond(grant, "dns-name", "DNS name", dnsNames, grant.dnsNames, adviceForDnsNames),
    ...beyond(grant, "ip-address", "IP address", ipAddresses, addresses),
    ...beyond(grant, "uri", "URI", uris, grant.uris),
    ...beyond(grant, "email-address", "e-mail address", emailAddresses, []),
    ...(otherNames === 0
      ? []
      : [
          neverGranted(
            "other-name",
            `names of other kinds (${otherNames})`,
            "DNS names, IP addresses, URIs",
          ),
        ]),
    ...checkDuplicates([...dnsNames, ...ipAddresses, ...uris]),
  ];
}

function beyond(
  grant: Grant,
  code: ViolationCode,
  kind: string,
  asked: readonly string[],
  granted: readonly string[] = [],
  advice: (names: readonly string[]) => string = () => "",
): Violation[] {
  const allowed = new Set(granted);
  const refused = [...new Set(asked)].filter((name) => !allowed.has(name));
  if (refused.length === 0) return [];
  return [
    notGranted(grant, code, `${kind} ${quoteList(refused)}`, quoteList(granted), advice(refused)),
  ];
}

/** Advises on names that are almost granted. Names are compared literally, so pointing out the odd part saves a search. */
function adviceForDnsNames(names: readonly string[]): string {
  for (const name of names) {
    const problem = dnsNameProblem(name);
    if (problem !== undefined) return `${quoteList([name])} ${problem}.`;
  }
  return "";
}

/** Refuses duplicates. The grant limits how many different names there are, but not how often a name is repeated. */
function checkDuplicates(names: readonly string[]): Violation[] {
  const twice = repeated(names);
  if (twice.length === 0) return [];
  return [
    neverGranted(
      "duplicate-name",
      `the same name more than once: ${quoteList(twice)}`,
      "each name once",
    ),
  ];
}
