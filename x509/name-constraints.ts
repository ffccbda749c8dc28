import { AsnConvert } from "@peculiar/asn1-schema";
import {
  GeneralName,
  type GeneralSubtree,
  type NameConstraints as Asn1NameConstraints,
} from "@peculiar/asn1-x509";

import { quoteList } from "./printable";

/** Names that a CA is limited to (RFC 5280 section 4.2.1.10). */
export interface NameConstraints {
  /** Subtrees that names must be within, for those kinds that have any. */
  readonly permitted: Subtrees;
  /** Subtrees that names must be outside of. */
  readonly excluded: Subtrees;
}

/** Subtrees of names, by kind. */
export interface Subtrees {
  /** Domains: `corp.example` is the domain itself and everything below it; with a leading dot, only what is below. */
  readonly dnsNames: readonly string[];
  /** Networks, e.g. `10.0.0.0/8`. */
  readonly networks: readonly string[];
  /** Number of subtrees of other kinds: directory names, e-mail addresses, URIs, … */
  readonly others: number;
}

/** Reads the content of the extension. */
export function readNameConstraints(content: Asn1NameConstraints): NameConstraints {
  return {
    permitted: readSubtrees(content.permittedSubtrees),
    excluded: readSubtrees(content.excludedSubtrees),
  };
}

function readSubtrees(given: Iterable<GeneralSubtree> = []): Subtrees {
  const trees = Array.from(given);
  const dnsNames = trees.flatMap(({ base }) => base.dNSName ?? []);
  const networks = trees.flatMap(({ base }) => base.iPAddress ?? []);
  return { dnsNames, networks, others: trees.length - dnsNames.length - networks.length };
}

/** Names that a certificate will have. */
interface Names {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/**
 * Describes why a CA's constraints do not allow names, as the end of a sentence about the CA.
 * @returns undefined if they allow them
 */
export function outsideOf(
  { permitted, excluded }: NameConstraints,
  names: Names,
): string | undefined {
  const kinds = [
    [names.dnsNames, permitted.dnsNames, excluded.dnsNames, isWithinDomain],
    [names.ipAddresses, permitted.networks, excluded.networks, isWithinNetwork],
  ] as const;
  for (const [wanted, within, without, isWithin] of kinds) {
    const isIn = (trees: readonly string[]) => (name: string) =>
      trees.some((tree) => isWithin(name, tree));
    const outside = within.length === 0 ? [] : wanted.filter((name) => !isIn(within)(name));
    if (outside.length > 0)
      return `permits only names within ${quoteList(within)}, not ${quoteList(outside)}`;
    const inside = wanted.filter(isIn(without));
    if (inside.length > 0)
      return `excludes names within ${quoteList(without)}, such as ${quoteList(inside)}`;
  }
  return undefined;
}

function isWithinDomain(name: string, tree: string): boolean {
  const [below, domain] = [name.toLowerCase(), tree.toLowerCase()];
  if (domain.startsWith(".")) return below.endsWith(domain);
  return domain === "" || below === domain || below.endsWith(`.${domain}`);
}

function isWithinNetwork(address: string, network: string): boolean {
  const [base = "", prefix = ""] = network.split("/");
  const [bits, wanted] = [bitsOf(address), bitsOf(base)];
  return bits.length === wanted.length && bits.startsWith(wanted.slice(0, Number(prefix)));
}

/** Writes an address as 32 or 128 binary digits. */
function bitsOf(address: string): string {
  const bytes = AsnConvert.serialize(new GeneralName({ iPAddress: address }));
  // Tag and length of one byte each, then the address.
  return [...new Uint8Array(bytes).slice(2)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
}
