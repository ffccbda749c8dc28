import type * as asn1 from "@peculiar/asn1-x509";

import { bad, type BadRequest } from "./bad-request";
import { makeMultiValuedName, type Attribute } from "./make-names";
import { makeRequest } from "./make-request";

/** Requests with a bad subject. The grant contains O=MyOrg1MSP and no CN. */
export const BAD_SUBJECTS: readonly BadRequest[] = [
  subject("empty subject", ["organization"]),
  subject("no O", ["organization"], ["CN", "backend"]),
  subject("somebody else's O", ["organization"], ["O", "MyOrg2MSP"]),
  subject("O in another case", ["organization"], ["O", "myorg1msp"]),
  subject("O that begins with the granted one", ["organization"], ["O", "MyOrg1MSP2"]),
  subject("O with a trailing space", ["organization"], ["O", "MyOrg1MSP "]),
  subject("O with a leading space", ["organization"], ["O", " MyOrg1MSP"]),
  subject("O with a NUL and more", ["organization"], ["O", "MyOrg1MSP\0.evil"]),
  subject("O with a line break", ["organization"], ["O", "MyOrg1MSP\n"]),
  subject("O with a Cyrillic O", ["organization"], ["O", "My\u041Erg1MSP"]),
  subject("O with full-width letters", ["organization"], ["O", "\uFF2DyOrg1MSP"]),
  subject("O with a zero-width space", ["organization"], ["O", "MyOrg1MSP\u200B"]),
  subject("O with a soft hyphen", ["organization"], ["O", "MyOrg1\u00ADMSP"]),
  subject("empty O", ["organization"], ["O", ""]),
  subject("the right O twice", ["organization"], ["O", "MyOrg1MSP"], ["O", "MyOrg1MSP"]),
  subject("the right O, then another", ["organization"], ["O", "MyOrg1MSP"], ["O", "Evil"]),
  subject("another O, then the right one", ["organization"], ["O", "Evil"], ["O", "MyOrg1MSP"]),
  subject("O as BMPString", ["string-type"], ["O", { bmpString: "MyOrg1MSP" }]),
  subject("O as TeletexString", ["string-type"], ["O", { teletexString: "MyOrg1MSP" }]),
  subject("O as UniversalString", ["string-type"], ["O", { universalString: "MyOrg1MSP" }]),
  subject("O as IA5String", ["string-type"], ["O", { ia5String: "MyOrg1MSP" }]),
  subject("O as INTEGER", ["organization", "string-type"], ["O", { anyValue: integer(7) }]),
  subject(
    "O as PrintableString with an at sign",
    ["organization", "string-type"],
    ["O", { printableString: "MyOrg1@MSP" }],
  ),
  subject("OU", ["subject"], ["O", "MyOrg1MSP"], ["OU", "admin"]),
  subject("country and state, as openssl proposes", ["subject"], ["C", "AU"], ["O", "MyOrg1MSP"]),
  subject("an unknown attribute", ["subject"], ["O", "MyOrg1MSP"], ["1.2.3.4", "x"]),
  subject("e-mail address", ["subject"], ["O", "MyOrg1MSP"], ["1.2.840.113549.1.9.1", "a@b.c"]),
  subject("two CN", ["common-name"], ["O", "MyOrg1MSP"], ["CN", "a"], ["CN", "b"]),
  commonName("empty CN", ""),
  commonName("CN with a NUL", "backend\0"),
  commonName("CN with a terminal escape", "\u001B[2Kbackend"),
  commonName("CN with a bidirectional override", "back\u202Eend"),
  commonName("CN with a no-break space", "back\u00A0end"),
  commonName("CN with a trailing space", "backend "),
  commonName("CN of 65 characters", "x".repeat(65)),
  commonName("CN that is another's host", "orchestrator.example.org"),
  commonName("CN that is another's host, in upper case", "ORCHESTRATOR.EXAMPLE.ORG"),
  commonName("CN that is a wildcard", "*.example.org"),
  commonName("CN that is a host with a trailing dot", "example."),
  commonName("CN localhost", "localhost"),
  commonName("CN that is a host in Cyrillic letters", "\u043erchestrator.ex\u0430mple.org"),
  commonName(
    "CN that is a host in Greek",
    "\u03c5\u03c0\u03b7\u03c1\u03b5\u03c3\u03af\u03b1.example",
  ),
  commonName("CN that is a host in letters of full width", "\uff4frchestrator\uff0eexample"),
  commonName("CN localhost in letters of full width", "\uff4cocalhost"),
  commonName("CN that is a host with an ideographic full stop", "orchestrator\u3002example"),
  commonName("CN that is a host in punycode", "xn--rchestrator-bbl"),
  commonName("CN that is a host with a port", "orchestrator.example:443"),
  commonName("CN that is a word with a port", "orchestrator-server:9000"),
  commonName("CN that is an URL", "https://orchestrator"),
  commonName("CN that is an address of another kind", "spiffe://example/backend"),
  commonName("CN that is an address in brackets", "[2001:db8::7]"),
  commonName("CN that is an address in brackets with a zone and a port", "[fe80::1%eth0]:443"),
  commonName("CN that is an address with a port", "192.0.2.7:443"),
  commonName("CN that is a short form of an address", "127.1"),
  commonName("CN with a joiner of graphemes", "MyOrg\u034f1MSP"),
  commonName("CN with a variation selector", "MyOrg1MSP\ufe0f"),
  commonName("CN with a Hangul filler", "MyOrg1MSP\u3164"),
  commonName("CN with a tag", "MyOrg1MSP\u{e0041}"),
  commonName("CN with a blank of Braille", "MyOrg1MSP\u2800"),
  commonName("CN with a private character", "MyOrg1MSP\ue000"),
  commonName("CN that is an IPv4 address", "10.0.0.1"),
  commonName("CN that is an IPv6 address", "2001:db8::1"),
  bad("O and CN in one relative name", ["subject"], () =>
    makeRequest({
      subject: makeMultiValuedName([
        ["CN", "backend"],
        ["O", "MyOrg1MSP"],
      ]),
    }),
  ),
];

function subject(
  name: string,
  codes: BadRequest["codes"],
  ...attributes: readonly Attribute[]
): BadRequest {
  return bad(name, codes, () => makeRequest({ subject: attributes }));
}

function commonName(name: string, value: string | Partial<asn1.AttributeValue>): BadRequest {
  return subject(name, ["common-name"], ["O", "MyOrg1MSP"], ["CN", value]);
}

function integer(value: number): ArrayBuffer {
  return Uint8Array.of(0x02, 0x01, value).buffer;
}
