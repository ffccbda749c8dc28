import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

/** An attribute of a name to create: its type, and its value by ASN.1 string type. */
export type Attribute = readonly [type: string, value: string | Partial<asn1.AttributeValue>];

const OIDS: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  C: "2.5.4.6",
  O: "2.5.4.10",
  OU: "2.5.4.11",
};

/** Creates a name with one attribute in each relative name. A bare string becomes a UTF8String. */
export function makeName(attributes: readonly Attribute[]): asn1.Name {
  return new asn1.Name(
    attributes.map((attribute) => new asn1.RelativeDistinguishedName([makeAttribute(attribute)])),
  );
}

/** Creates a name with one relative name that holds all the attributes. */
export function makeMultiValuedName(attributes: readonly Attribute[]): asn1.Name {
  return new asn1.Name([new asn1.RelativeDistinguishedName(attributes.map(makeAttribute))]);
}

/** Creates an extension from its content, a structure or bytes. */
export function makeExtension(oid: string, content: object, critical = false): asn1.Extension {
  const der = content instanceof ArrayBuffer ? content : AsnConvert.serialize(content);
  return new asn1.Extension({ extnID: oid, critical, extnValue: new OctetString(der) });
}

/** Creates a subject alternative name extension. */
export function makeAlternativeNames(...names: Partial<asn1.GeneralName>[]): asn1.Extension {
  const list = new asn1.SubjectAlternativeName(names.map((name) => new asn1.GeneralName(name)));
  return makeExtension(asn1.id_ce_subjectAltName, list);
}

/** Creates a subject alternative name extension with DNS names. */
export function makeDnsNames(...names: string[]): asn1.Extension {
  return makeAlternativeNames(...names.map((dNSName) => ({ dNSName })));
}

/** Creates a key usage extension, e.g. with `asn1.KeyUsageFlags.keyCertSign`. */
export function makeKeyUsage(flags: number): asn1.Extension {
  return makeExtension(asn1.id_ce_keyUsage, new asn1.KeyUsage(flags), true);
}

function makeAttribute([type, value]: Attribute): asn1.AttributeTypeAndValue {
  const text = typeof value === "string" ? { utf8String: value } : value;
  return new asn1.AttributeTypeAndValue({
    type: OIDS[type] ?? type,
    value: new asn1.AttributeValue(text),
  });
}
