import type { CertificateRequest } from "./certificate-request";
import type { Grant, Violation, ViolationCode } from "./grant";
import { neverGranted, notGranted } from "./grant";
import { canonicalIpAddress, dnsNameProblem } from "./host";
import { quoteList } from "./printable";
import { repeated } from "./repeated";

/**
 * Checks the subject alternative names: all of them granted, each once, no e-mail address or name of another
 * kind. One violation a kind of name, however many names.
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

/** A name that is nearly a granted one is compared as it stands; saying what is odd about it saves a search. */
function adviceForDnsNames(names: readonly string[]): string {
  for (const name of names) {
    const problem = dnsNameProblem(name);
    if (problem !== undefined) return `${quoteList([name])} ${problem}.`;
  }
  return "";
}

/** The grant bounds how many different names there are; without this, a name could stand there 1000 times. */
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
