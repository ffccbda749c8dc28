import { generateKeyPairSync } from "node:crypto";
import * as asn1 from "@peculiar/asn1-x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { keys, type Keys } from "../../unit/x509/make-keys";
import { makeDnsNames, makeExtension } from "../../unit/x509/make-names";
import type { Chain } from "./libraries";

/** Differences of a chain from a good one. Later deviations override earlier ones. */
export interface Deviation {
  readonly leaf?: CertificateOptions;
  readonly ca?: CertificateOptions;
  /** Key of the CA, which then also signs the leaf. */
  readonly caKeys?: () => Keys;
  readonly leafKeys?: () => Keys;
}

const DAY = 86_400_000;
const at = (days: number) => new Date(Math.floor((Date.now() + days * DAY) / 1000) * 1000);
const iso = (days: number) => at(days).toISOString();

const ec = (namedCurve: string) => () =>
  once(namedCurve, () => generateKeyPairSync("ec", { namedCurve }));
const ed448 = () => once("ed448", () => generateKeyPairSync("ed448"));
const pss = () => once("pss", () => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }));

const made = new Map<string, Keys>();
function once(name: string, make: () => Keys): Keys {
  const pair = made.get(name) ?? make();
  made.set(name, pair);
  return pair;
}

const unknown = (critical: boolean) =>
  makeExtension("1.2.3.4.5", new asn1.SubjectKeyIdentifier(new ArrayBuffer(2)), critical);
const twice = [unknown(false), unknown(false)];
const domains = (names: readonly string[]) =>
  new asn1.GeneralSubtrees(
    names.map((dNSName) => new asn1.GeneralSubtree({ base: new asn1.GeneralName({ dNSName }) })),
  );
const constraints = (content: asn1.NameConstraints) =>
  makeExtension(asn1.id_ce_nameConstraints, content, true);
const permitted = (...names: string[]) =>
  constraints(new asn1.NameConstraints({ permittedSubtrees: domains(names) }));
const excluded = (...names: string[]) =>
  constraints(new asn1.NameConstraints({ excludedSubtrees: domains(names) }));

const REGISTERED_IDS = constraints(
  new asn1.NameConstraints({
    permittedSubtrees: new asn1.GeneralSubtrees([
      new asn1.GeneralSubtree({ base: new asn1.GeneralName({ registeredID: "1.2.3" }) }),
    ]),
  }),
);

const { digitalSignature, keyCertSign, keyEncipherment } = asn1.KeyUsageFlags;
const SERIALS = { zero: "00", negative: "ff01", "of 21 octets": `01${"22".repeat(20)}` };
const NAMES = {
  TeletexString: { teletexString: "Org" },
  BMPString: { bmpString: "Org" },
  UniversalString: { universalString: "Org" },
  PrintableString: { printableString: "Org (a) & b*" },
  "PrintableString with @": { printableString: "a@b" },
};
const PURPOSES = {
  none: [],
  server: [asn1.id_kp_serverAuth],
  client: [asn1.id_kp_clientAuth],
  any: ["2.5.29.37.0"],
  "any and both": ["2.5.29.37.0", asn1.id_kp_serverAuth, asn1.id_kp_clientAuth],
  email: ["1.3.6.1.5.5.7.3.4"],
};
const KINDS = {
  "P-224": () => keys("p224"),
  "P-521": () => keys("p521"),
  secp256k1: () => keys("secp256k1"),
  brainpoolP256r1: ec("brainpoolP256r1"),
  "explicit P-256": () => keys("explicitP256"),
  Ed25519: () => keys("ed25519"),
  Ed448: ed448,
  "RSA-PSS": pss,
  "RSA-1024": () => keys("rsa1024"),
  "RSA-2048": () => keys("rsa2048"),
  "RSA with exponent 3": () => keys("rsaExponent3"),
};
const EXTENSIONS = {
  "an unknown critical extension": { extensions: [unknown(true)] },
  "an unknown extension": { extensions: [unknown(false)] },
  "an extension twice": { extensions: twice },
  "a critical subject key identifier": { critical: [asn1.id_ce_subjectKeyIdentifier] },
  "a critical authority key identifier": { critical: [asn1.id_ce_authorityKeyIdentifier] },
  "no subject key identifier": { subjectKeyId: null },
  "no basic constraints": { withoutBasicConstraints: true },
};
const TIMES = {
  "not yet valid": { notBefore: iso(1) },
  expired: { notBefore: iso(-2), notAfter: iso(-1) },
  "until 9999": { notAfter: "9999-12-31T23:59:59Z" },
};

const LIST: readonly (readonly [string, Deviation])[] = [
  ...both("serial number", SERIALS, (serialNumber) => ({ serialNumber })),
  ...both("name as", NAMES, (value) => ({ subject: [["O", value]] })).map(
    ([name, { leaf, ca }]): [string, Deviation] => [
      name,
      ca
        ? { ca: { ...ca, issuer: ca.subject ?? [] }, leaf: { issuer: ca.subject ?? [] } }
        : { ...(leaf && { leaf }) },
    ],
  ),
  ...both("purposes", PURPOSES, (purposes) => ({ purposes })),
  ...both("", EXTENSIONS, (options) => options),
  ...both("", TIMES, (options) => options),
  ...Object.entries(KINDS).flatMap(([kind, make]): [string, Deviation][] => [
    [`leaf with a key of ${kind}`, { leafKeys: make }],
    [`CA with a key of ${kind}`, { caKeys: make }],
  ]),
  ...Object.entries({
    "leaf signed with SHA-1": { leaf: { digest: "sha1" } },
    "leaf signed with SHA-384": { leaf: { digest: "sha384" } },
    "leaf signed with MD5": { leaf: { digest: "md5" }, caKeys: () => keys("rsa2048") },
    "CA signed with SHA-1": { ca: { digest: "sha1" } },
    "leaf of version 1": { leaf: { version: 1 } },
    "CA of version 1": { ca: { version: 1 } },
    "leaf with CA:TRUE": { leaf: { ca: {} } },
    "leaf with keyEncipherment only": { leaf: { keyUsage: keyEncipherment } },
    "leaf with keyCertSign only": { leaf: { keyUsage: keyCertSign } },
    "leaf without key usage": { leaf: { keyUsage: null } },
    "CA without key usage": { ca: { keyUsage: null } },
    "CA without keyCertSign": { ca: { keyUsage: digitalSignature } },
    "CA that allows no CA below": { ca: { ca: { pathLength: 0 } } },
    "CA for another domain": { ca: { extensions: [permitted("corp.example")] } },
    "CA for the domain": { ca: { extensions: [permitted("corp.example", "test.example")] } },
    "CA for what is below the domain": { ca: { extensions: [permitted(".test.example")] } },
    "CA for all but the domain": { ca: { extensions: [excluded("test.example")] } },
    "CA that constrains registered IDs": { ca: { extensions: [REGISTERED_IDS] } },
    "CA for all but another domain": { ca: { extensions: [excluded("corp.example")] } },
    "leaf with another authority key identifier": { leaf: { authorityKeyId: "cb" } },
    "leaf without authority key identifier": { leaf: { authorityKeyId: null } },
    "leaf signed by another key": { leaf: { signer: keys("otherP256") } },
    "leaf with an empty subject": { leaf: { subject: [] } },
    "CA with an empty subject": { ca: { subject: [], issuer: [] }, leaf: { issuer: [] } },
    "CA with its name as another string": {
      ca: { subject: [["CN", { printableString: "Test CA" }]] },
    },
  } satisfies Record<string, Deviation>),
];

/** Deviations in certificates that people have, or that are similar, by name. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = Object.fromEntries(LIST);

function both<T>(
  what: string,
  values: Readonly<Record<string, T>>,
  options: (value: T) => CertificateOptions,
): [string, Deviation][] {
  return Object.entries(values).flatMap(([name, value]): [string, Deviation][] => [
    [`leaf with ${what} ${name}`, { leaf: options(value) }],
    [`CA with ${what} ${name}`, { ca: options(value) }],
  ]);
}

/** Creates a chain that deviates in all of these ways at once, for its own host. */
export function chainWith(deviations: readonly Deviation[], host: string): Chain {
  const merged = deviations.reduce<Required<Pick<Deviation, "leaf" | "ca">> & Deviation>(
    (all, { leaf, ca, ...others }) => ({
      ...all,
      ...others,
      leaf: mergeOptions(all.leaf, leaf),
      ca: mergeOptions(all.ca, ca),
    }),
    { leaf: {}, ca: {} },
  );
  const caKeys = merged.caKeys?.() ?? keys("p384");
  const leafKeys = merged.leafKeys?.() ?? keys("p256");
  const names = makeDnsNames(host);
  const validity = { notBefore: iso(-10), notAfter: iso(30) };
  return {
    leaf: makeLeaf({
      ...{ signer: caKeys, keys: leafKeys, ...validity },
      ...merged.leaf,
      extensions: [names, ...(merged.leaf.extensions ?? [])],
    }),
    key: leafKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    intermediates: "",
    roots: makeCa({ signer: caKeys, keys: caKeys, notBefore: iso(-10), ...merged.ca }),
    host,
  };
}

function mergeOptions(one: CertificateOptions, other: CertificateOptions = {}): CertificateOptions {
  return {
    ...one,
    ...other,
    extensions: [...(one.extensions ?? []), ...(other.extensions ?? [])],
    critical: [...(one.critical ?? []), ...(other.critical ?? [])],
  };
}
