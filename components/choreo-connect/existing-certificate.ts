import { isTrustAnchor, quoteList, type Certificate } from "../../x509";

/**
 * Finds the certificate that a backend itself shows, among those that were imported for it.
 *
 * A certificate that is not a CA's is the backend's own. A single CA certificate may also be: `openssl req -x509`
 * creates self-signed certificates with CA:TRUE. It is taken for the backend's own if it has alternative names, or if
 * its common name is a host that the router dials.
 *
 * @param hosts hosts of the backend's endpoints
 * @returns undefined if they are the backend's CAs
 */
export function shownCertificate(
  certificates: readonly Certificate[],
  hosts: readonly string[],
): Certificate | undefined {
  const leaf = certificates.find((each) => !isTrustAnchor(each));
  const [only, ...more] = certificates;
  if (leaf !== undefined || only === undefined || more.length > 0) return leaf;
  const { dnsNames, ipAddresses, subject } = only;
  const isNamed =
    dnsNames.length + ipAddresses.length > 0 ||
    subject.commonNames.some((name) => hosts.some((host) => isSame(name, host)));
  return isNamed ? only : undefined;
}

/** Host names are compared without case (RFC 9525 section 6.3); an endpoint's host is kept as in its URL. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Describes the names of a certificate for a message. Envoy and Go ignore the common name. */
export function describeNames({ dnsNames, ipAddresses, subject }: Certificate): string {
  const names = [...dnsNames, ...ipAddresses];
  if (names.length > 0) return `its names are ${quoteList(names)}`;
  const [commonName] = subject.commonNames;
  return commonName === undefined
    ? "it has no names"
    : `it has no names: its common name, ${quoteList([commonName])}, does not count`;
}
