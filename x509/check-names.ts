import type { CertificateRequest } from "./certificate-request";
import type { Grant, Violation, ViolationCode } from "./grant";
import { neverGranted, notGranted } from "./grant";
import { canonicalIpAddress, dnsNameProblem } from "./host";
import { quoteList } from "./printable";
import { repeated } from "./repeated";

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
