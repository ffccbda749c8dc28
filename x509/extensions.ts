import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import {
  GeneralName,
  type GeneralSubtree,
  type NameConstraints as Asn1NameConstraints,
} from "@peculiar/asn1-x509";

import { toHex, type Bytes } from "./der";
import { canonicalIpAddress } from "./host";
import { quoteList } from "./text";

/** Names of a subject alternative name extension (RFC 5280 section 4.2.1.6). */
interface AlternativeNames {
  readonly dnsNames: readonly string[];
  /** In canonical form (RFC 5952). */
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  /** Number of names of any other kind: directory names, user principal names, … */
  readonly otherNames: number;
}

/** An extension without its content. */
interface ExtensionLabel {
  /** Its object identifier, e.g. `2.5.29.17`. */
  readonly oid: string;
  /** Its name, e.g. `subjectAltName`; its object identifier if it is not read here. */
  readonly name: string;
  readonly critical: boolean;
}

/** Content of the extensions of a certificate or request. If an extension occurs twice, both count. */
export interface Extensions extends AlternativeNames {
  /** All extensions in the order of their encoding. */
  readonly extensions: readonly ExtensionLabel[];
  /** Whether the basic constraints contain CA:TRUE. */
  readonly isCa: boolean;
  /** Largest number of CAs below this one; undefined if there is no limit. */
  readonly pathLength?: number;
  /** Key usages as RFC 5280 section 4.2.1.3 names them, e.g. `digitalSignature`. */
  readonly keyUsages: readonly string[];
  /** `serverAuth`, `clientAuth`, or the object identifier of another usage (RFC 5280 section 4.2.1.12). */
  readonly extendedKeyUsages: readonly string[];
  /** Names that may be below a CA. */
  readonly nameConstraints?: NameConstraints;
  /** Subject key identifier, lower-case hex. */
  readonly subjectKeyId?: string;
  /** Authority key identifier, lower-case hex. */
  readonly authorityKeyId?: string;
}

/** Parser for the content of an extension: `parseStrictly` or `parseLeniently`. */
type Parse = <T>(bytes: Bytes, type: new () => T, what: string) => T;

const KNOWN: Readonly<Record<string, string>> = {
  [asn1.id_ce_subjectAltName]: "subjectAltName",
  [asn1.id_ce_basicConstraints]: "basicConstraints",
  [asn1.id_ce_keyUsage]: "keyUsage",
  [asn1.id_ce_extKeyUsage]: "extendedKeyUsage",
  [asn1.id_ce_subjectKeyIdentifier]: "subjectKeyIdentifier",
  [asn1.id_ce_authorityKeyIdentifier]: "authorityKeyIdentifier",
  [asn1.id_ce_nameConstraints]: "nameConstraints",
};

const PURPOSES: Readonly<Record<string, string>> = {
  [asn1.id_kp_serverAuth]: "serverAuth",
  [asn1.id_kp_clientAuth]: "clientAuth",
};

/** anyExtendedKeyUsage (RFC 5280 section 4.2.1.12), as it appears in {@link Extensions.extendedKeyUsages}. */
export const ANY_PURPOSE = "2.5.29.37.0";

/** Whether {@link readExtensions} reads an extension of a leaf. Name constraints occur in CAs only. */
export function isKnownExtension(oid: string): boolean {
  return oid in KNOWN && oid !== asn1.id_ce_nameConstraints;
}

/**
 * Reads a list of extensions.
 * @param list the extensions of a certificate or request, as a plain array
 * @param parse the parser for their content
 * @param what the name of the certificate or request, for messages
 * @throws DerError if the content of a known extension is malformed
 */
export function readExtensions(
  list: readonly asn1.Extension[],
  parse: Parse,
  what: string,
): Extensions {
  function contents<T>(oid: string, type: new () => T): T[] {
    return list
      .filter(({ extnID }) => extnID === oid)
      .map(({ extnValue }) => parse(extnValue.buffer, type, `${what}, ${KNOWN[oid] ?? oid}`));
  }
  const constraints = contents(asn1.id_ce_basicConstraints, asn1.BasicConstraints);
  const usages = contents(asn1.id_ce_keyUsage, asn1.KeyUsage);
  const purposes = contents(asn1.id_ce_extKeyUsage, asn1.ExtendedKeyUsage).flat();
  const pathLength = constraints.find(({ cA }) => cA)?.pathLenConstraint;
  const [constrained] = contents(asn1.id_ce_nameConstraints, asn1.NameConstraints);
  const [subjectKey] = contents(asn1.id_ce_subjectKeyIdentifier, asn1.SubjectKeyIdentifier);
  const [authorityKey] = contents(asn1.id_ce_authorityKeyIdentifier, asn1.AuthorityKeyIdentifier);
  return {
    ...readNames(contents(asn1.id_ce_subjectAltName, asn1.SubjectAlternativeName).flat()),
    extensions: list.map(({ extnID, critical }) => ({
      oid: extnID,
      name: KNOWN[extnID] ?? extnID,
      critical,
    })),
    isCa: constraints.some(({ cA }) => cA),
    ...(pathLength === undefined ? {} : { pathLength }),
    keyUsages: [...new Set(usages.flatMap(readKeyUsages))],
    extendedKeyUsages: purposes.map((oid) => PURPOSES[oid] ?? oid),
    ...(constrained === undefined ? {} : { nameConstraints: readNameConstraints(constrained) }),
    ...(subjectKey === undefined ? {} : { subjectKeyId: toHex(subjectKey.buffer) }),
    ...(authorityKey?.keyIdentifier === undefined
      ? {}
      : { authorityKeyId: toHex(authorityKey.keyIdentifier.buffer) }),
  };
}

function readNames(names: readonly asn1.GeneralName[]): AlternativeNames {
  const dnsNames = names.flatMap(({ dNSName }) => dNSName ?? []);
  const ipAddresses = names.flatMap(({ iPAddress }) => iPAddress ?? []);
  const uris = names.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []);
  const emailAddresses = names.flatMap(({ rfc822Name }) => rfc822Name ?? []);
  const read = [dnsNames, ipAddresses, uris, emailAddresses].flat().length;
  return {
    dnsNames,
    ipAddresses: ipAddresses.map((address) => canonicalIpAddress(address) ?? address),
    uris,
    emailAddresses,
    otherNames: names.length - read,
  };
}

function readKeyUsages(usage: asn1.KeyUsage): string[] {
  const bits = usage.toNumber();
  return Object.entries(asn1.KeyUsageFlags)
    .filter(([, flag]) => typeof flag === "number" && (bits & flag) !== 0)
    .map(([name]) => name);
}

/** Names that a CA is limited to (RFC 5280 section 4.2.1.10). */
interface NameConstraints {
  /** Subtrees that names must be within, for those kinds that have any. */
  readonly permitted: Subtrees;
  /** Subtrees that names must be outside of. */
  readonly excluded: Subtrees;
}

/** Subtrees of names, by kind. */
interface Subtrees {
  /** Domains: `corp.example` is the domain itself and everything below it; with a leading dot, only what is below. */
  readonly dnsNames: readonly string[];
  /** Networks, e.g. `10.0.0.0/8`. */
  readonly networks: readonly string[];
  /** Number of subtrees of other kinds: directory names, e-mail addresses, URIs, … */
  readonly others: number;
}

/** Reads the content of the extension. */
function readNameConstraints(content: Asn1NameConstraints): NameConstraints {
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

/** Returns the values that occur more than once, each of them once. */
export function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const value of values) (seen.has(value) ? again : seen).add(value);
  return [...again];
}
