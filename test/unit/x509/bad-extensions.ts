import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

import { bad, type BadRequest } from "./bad-request";
import {
  makeAlternativeNames,
  makeDnsNames,
  makeExtension,
  makeKeyUsage,
  makeName,
} from "./make-names";
import { askFor, EXTENSION_REQUEST, makeRequest } from "./make-request";

const { KeyUsageFlags } = asn1;
const NULL = Uint8Array.of(5, 0).buffer;

/** Requests with bad names. The grant contains only the DNS name `org-1.example.org`. */
const BAD_NAMES: readonly BadRequest[] = [
  dns("somebody else's DNS name", ["dns-name"], "orchestrator.example.org"),
  dns("granted and other DNS name", ["dns-name"], "org-1.example.org", "org-2.example.org"),
  dns("wildcard", ["dns-name"], "*.example.org"),
  dns("wildcard that covers the granted name only", ["dns-name"], "org-1.example.*"),
  dns("name below the granted one", ["dns-name"], "a.org-1.example.org"),
  dns("name above the granted one", ["dns-name"], "example.org"),
  dns("trailing dot", ["dns-name"], "org-1.example.org."),
  dns("upper case", ["dns-name"], "Org-1.example.org"),
  dns("underscore", ["dns-name"], "org_1.example.org"),
  dns("NUL inside", ["dns-name"], "org-1.example.org\0.evil.org"),
  dns("space", ["dns-name"], "org-1.example.org "),
  dns("empty DNS name", ["dns-name"], ""),
  dns("IP address as DNS name", ["dns-name"], "10.0.0.1"),
  dns("bytes beyond ASCII", ["dns-name"], "\u00F6rg-1.example.org"),
  dns("1000 DNS names", ["dns-name"], ...list(1000, (n) => `h${n}.example.org`)),
  dns("the granted name 1000 times", ["duplicate-name"], ...list(1000, () => "org-1.example.org")),
  names("IPv4 address", ["ip-address"], { iPAddress: "10.0.0.1" }),
  names("IPv6 address", ["ip-address"], { iPAddress: "2001:db8::1" }),
  names("network instead of address", ["ip-address"], { iPAddress: "10.0.0.0/8" }),
  names("URI", ["uri"], { uniformResourceIdentifier: "spiffe://example.org/admin" }),
  names("e-mail address", ["email-address"], { rfc822Name: "root@example.org" }),
  names("directory name", ["other-name"], { directoryName: makeName([["O", "Evil"]]) }),
  names("registered ID", ["other-name"], { registeredID: "1.2.3.4" }),
  names("user principal name", ["other-name"], {
    otherName: new asn1.OtherName({ typeId: "1.3.6.1.4.1.311.20.2.3", value: NULL }),
  }),
];

/** Requests for other things that are not allowed. */
const BAD_WISHES: readonly BadRequest[] = [
  extensions("CA:TRUE", ["ca"], basicConstraints({ cA: true })),
  extensions("CA:TRUE, not critical", ["ca"], basicConstraints({ cA: true }, false)),
  extensions("keyCertSign", ["key-usage"], makeKeyUsage(KeyUsageFlags.keyCertSign)),
  extensions("cRLSign among others", ["key-usage"], makeKeyUsage(KeyUsageFlags.cRLSign | 1)),
  extensions("unknown critical", ["critical-extension"], makeExtension("1.2.3.4", NULL, true)),
  extensions(
    "critical name constraints",
    ["critical-extension"],
    makeExtension(asn1.id_ce_nameConstraints, new asn1.NameConstraints(), true),
  ),
  extensions(
    "names twice, the second not granted",
    ["dns-name", "duplicate-extension"],
    makeDnsNames("org-1.example.org"),
    makeDnsNames("evil.example.org"),
  ),
  extensions(
    "key usage twice",
    ["duplicate-extension"],
    makeKeyUsage(KeyUsageFlags.digitalSignature),
    makeKeyUsage(KeyUsageFlags.digitalSignature),
  ),
  bad("two lists of extensions", ["ca", "extension-request"], () =>
    makeRequest({
      extensions: [makeDnsNames("org-1.example.org")],
      attributes: [askFor([basicConstraints({ cA: true })])],
    }),
  ),
  bad("two lists in one attribute", ["duplicate-extension", "extension-request"], () => {
    const usage = new asn1.Extensions([makeKeyUsage(KeyUsageFlags.digitalSignature)]);
    const value = AsnConvert.serialize(usage);
    return makeRequest({
      attributes: [new asn1.Attribute({ type: EXTENSION_REQUEST, values: [value, value] })],
    });
  }),
  bad("extensions in Microsoft's attribute", ["extension-request"], () => {
    const { values } = askFor([basicConstraints({ cA: true })]);
    return makeRequest({
      attributes: [new asn1.Attribute({ type: "1.3.6.1.4.1.311.2.1.14", values })],
    });
  }),
  bad("an extension request without a value", ["malformed"], () =>
    makeRequest({ attributes: [new asn1.Attribute({ type: EXTENSION_REQUEST, values: [] })] }),
  ),
  bad("an extension request of NULL", ["malformed"], () =>
    makeRequest({ attributes: [new asn1.Attribute({ type: EXTENSION_REQUEST, values: [NULL] })] }),
  ),
  content("malformed names", asn1.id_ce_subjectAltName, "0500"),
  content("names followed by data", asn1.id_ce_subjectAltName, "3003820161" + "00"),
  content("an address of five bytes", asn1.id_ce_subjectAltName, "300787050102030405"),
  content("CA:TRUE as a BER boolean", asn1.id_ce_basicConstraints, "3003010101"),
  content("CA:FALSE written out", asn1.id_ce_basicConstraints, "3003010100"),
  content("key usage with a long length", asn1.id_ce_keyUsage, "0381020204"),
  content("empty key usage", asn1.id_ce_keyUsage, ""),
];

/** Requests with bad names or extensions. */
export const BAD_EXTENSIONS: readonly BadRequest[] = [...BAD_NAMES, ...BAD_WISHES];

function extensions(
  name: string,
  codes: BadRequest["codes"],
  ...asked: readonly asn1.Extension[]
): BadRequest {
  return bad(name, codes, () => makeRequest({ extensions: asked }));
}

function names(
  name: string,
  codes: BadRequest["codes"],
  ...asked: readonly Partial<asn1.GeneralName>[]
): BadRequest {
  return bad(name, codes, () => makeRequest({ extensions: [makeAlternativeNames(...asked)] }));
}

function dns(name: string, codes: BadRequest["codes"], ...asked: readonly string[]): BadRequest {
  return bad(name, codes, () => makeRequest({ extensions: [makeDnsNames(...asked)] }));
}

function content(name: string, oid: string, hex: string): BadRequest {
  const extnValue = new OctetString(Uint8Array.from(Buffer.from(hex, "hex")));
  return extensions(name, ["malformed"], new asn1.Extension({ extnID: oid, extnValue }));
}

function basicConstraints(value: Partial<asn1.BasicConstraints>, critical = true): asn1.Extension {
  return makeExtension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints(value), critical);
}

function list(length: number, item: (n: number) => string): string[] {
  return Array.from({ length }, (_, n) => item(n));
}
