import * as asn1 from "@peculiar/asn1-x509";

import type { Bytes } from "./der";
import { toHex } from "./der";
import { canonicalIpAddress } from "./host";
import { readNameConstraints, type NameConstraints } from "./name-constraints";

/** Names of a subject alternative name extension (RFC 5280 section 4.2.1.6). */
export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  /** In canonical form (RFC 5952). */
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  /** How many names of any other kind there are: directory names, user principal names, … */
  readonly otherNames: number;
}

/** An extension by name only. */
export interface ExtensionLabel {
  /** Its object identifier, e.g. `2.5.29.17`. */
  readonly oid: string;
  /** Its name, e.g. `subjectAltName`; the object identifier where it is not one of those read here. */
  readonly name: string;
  readonly critical: boolean;
}

/** What the extensions of a certificate or request say. Of an extension present twice, all is counted. */
export interface Extensions extends AlternativeNames {
  /** Every extension, in the order in which they are encoded. */
  readonly extensions: readonly ExtensionLabel[];
  /** Basic constraints CA:TRUE. */
  readonly isCa: boolean;
  /** How many CAs may follow below this one, where that is limited. */
  readonly pathLength?: number;
  /** E.g. `digitalSignature`, as RFC 5280 section 4.2.1.3 names them. */
  readonly keyUsages: readonly string[];
  /** `serverAuth`, `clientAuth`, or the object identifier of another (RFC 5280 section 4.2.1.12). */
  readonly extendedKeyUsages: readonly string[];
  /** Of a CA: which names may be below it. */
  readonly nameConstraints?: NameConstraints;
  /** Lower-case hex. */
  readonly subjectKeyId?: string;
  /** Lower-case hex. */
  readonly authorityKeyId?: string;
}

/** How to parse the content of an extension: `parseStrictly` or `parseLeniently`. */
export type Parse = <T>(bytes: Bytes, type: new () => T, what: string) => T;

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

/** anyExtendedKeyUsage (RFC 5280 section 4.2.1.12), as {@link Extensions.extendedKeyUsages} has it. */
export const ANY_PURPOSE = "2.5.29.37.0";

/** Whether an extension of a leaf is one whose content {@link readExtensions} reads; name constraints are a CA's only. */
export function isKnownExtension(oid: string): boolean {
  return oid in KNOWN && oid !== asn1.id_ce_nameConstraints;
}

/**
 * Reads a list of extensions.
 * @param list the extensions of a certificate or of a request, as a plain array
 * @param parse how strictly to parse what is inside them
 * @param what what they are extensions of, for the message
 * @throws DerError if one of those read here has content of another form
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
