/** Names in a certificate that a client may compare with the host it dialled. */
export interface HostNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * Describes why a text is not a DNS host name as certificates and Kubernetes write it (RFC 1123 section 2.1, RFC 1035
 * section 2.3.4). Host names must be in lower case, so that equal names are equal text.
 * @param name the text; a wildcard is not a host name
 * @returns the reason, e.g. `has an empty label`, or undefined if it is a host name
 */
export function dnsNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (isIpAddress(name)) return "is an IP address";
  if (/[A-Z]/.test(name)) return "has upper-case letters: write it in lower case";
  if (name.endsWith(".")) return "ends in a dot";
  if (name.length > 253) return "is longer than 253 characters";
  if (name.includes("*")) return "has a wildcard";
  const labels = name.split(".");
  if (labels.includes("")) return "has an empty label";
  if (labels.some((label) => label.length > 63)) return "has a label longer than 63 characters";
  if (/[^a-z0-9.-]/.test(name))
    return "has characters other than letters, digits, hyphens and dots";
  if (labels.some((label) => label.startsWith("-") || label.endsWith("-")))
    return "has a label that begins or ends with a hyphen";
  // RFC 1123 section 2.1: a letter in the last label distinguishes a name from an address.
  if (/^\d+$/.test(labels.at(-1) ?? "")) return "ends in a label of digits alone";
  return undefined;
}

/** Whether a text is a DNS host name; {@link dnsNameProblem} says why not. */
export function isDnsName(name: string): boolean {
  return dnsNameProblem(name) === undefined;
}

/** Whether a text is an IPv4 address in dotted decimal or an IPv6 address (RFC 4291), without a zone. */
export function isIpAddress(text: string): boolean {
  return canonicalIpAddress(text) !== undefined;
}

/**
 * Writes an IP address in its canonical form (RFC 5952), so that equal addresses are equal text.
 * @param text the address, without brackets or zone
 * @returns e.g. `10.0.0.1` or `2001:db8::1`; undefined if the text is not an IP address
 */
export function canonicalIpAddress(text: string): string | undefined {
  if (/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text))
    return text.split(".").every((part) => Number(part) <= 255) ? text : undefined;
  // The URL standard defines a parser for this form and the canonical way to write it.
  if (!/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) || !URL.canParse(`http://[${text}]/`))
    return undefined;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

/**
 * Whether a certificate is valid for a host, by rules that Go, Node, OpenSSL and Java share (RFC 9525 section 6.3):
 * names are compared without case; a wildcard is the whole left-most label, matches exactly one label and is followed
 * by at least two; only IP names match an IP address; the common name never counts.
 * @param names a certificate, or only DNS names
 * @param host the host as a client dials it, without port; one trailing dot and IPv6 brackets are allowed
 */
export function coversHost(names: HostNames | readonly string[], host: string): boolean {
  const { dnsNames, ipAddresses } = isList(names) ? { dnsNames: names, ipAddresses: [] } : names;
  const address = canonicalIpAddress(host.replace(/^\[(.*)\]$/, "$1"));
  if (address !== undefined)
    return ipAddresses.some((name) => canonicalIpAddress(name) === address);
  const wanted = host.replace(/\.$/, "").toLowerCase();
  return isDialable(wanted) && dnsNames.some((name) => matches(name.toLowerCase(), wanted));
}

function matches(name: string, host: string): boolean {
  if (!name.startsWith("*.")) return name === host;
  const suffix = name.slice(1);
  const label = host.slice(0, host.length - suffix.length);
  return (
    suffix.lastIndexOf(".") > 0 && host.endsWith(suffix) && label !== "" && !label.includes(".")
  );
}

/** Whether DNS can resolve a name. Underscores occur in practice; Go and OpenSSL compare them like letters. */
function isDialable(host: string): boolean {
  return host.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(host);
}

function isList(names: HostNames | readonly string[]): names is readonly string[] {
  return Array.isArray(names);
}
