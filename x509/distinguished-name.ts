import type { AttributeValue, Name } from "@peculiar/asn1-x509";

import { encode, toHex } from "./der";
import { quote } from "./text";

/** ASN.1 string types of a name (RFC 5280 section 4.1.2.4); `other` for a value that is not a string. */
type StringType =
  | "PrintableString"
  | "UTF8String"
  | "IA5String"
  | "TeletexString"
  | "UniversalString"
  | "BMPString"
  | "other";

/** One attribute of a distinguished name, as encoded. */
export interface NameAttribute {
  /** Its object identifier, e.g. `2.5.4.10`. */
  readonly oid: string;
  /** Its short name, e.g. `O`; its object identifier if it has none. */
  readonly name: string;
  readonly stringType: StringType;
  /** Its text; the DER in hex if `stringType` is `other`. */
  readonly value: string;
}

/** A subject or issuer (RFC 5280 section 4.1.2.4). */
export interface DistinguishedName {
  /** All attributes in the order of their encoding. */
  readonly attributes: readonly NameAttribute[];
  /** Values of O. For Substra, the only organization is the MSP ID. */
  readonly organizations: readonly string[];
  /** Values of CN. */
  readonly commonNames: readonly string[];
  /** Whether a relative name holds several attributes. Readers order these differently. */
  readonly multiValued: boolean;
  /** The name for people, e.g. `O=MyOrg1MSP, CN=backend`. Values with other than plain characters are quoted and escaped. */
  readonly text: string;
  /** The DER in hex. Go considers two names equal exactly if these are equal. */
  readonly der: string;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.17": "postalCode",
  "2.5.4.42": "GN",
};

/**
 * Reads a parsed name.
 * @param name the subject or issuer
 * @throws DerError if it cannot be encoded again
 */
export function readName(name: Name): DistinguishedName {
  // Spread the arrays: `map` and `filter` of the ASN.1 library's arrays create arrays of their own class.
  const attributes = [...name].flatMap((relative) =>
    [...relative].map(({ type, value }) => ({
      oid: type,
      name: SHORT_NAMES[type] ?? type,
      ...readValue(value),
    })),
  );
  return {
    attributes,
    organizations: valuesOf("O", attributes),
    commonNames: valuesOf("CN", attributes),
    multiValued: name.some((relative) => relative.length !== 1),
    text: attributes.map(({ name: type, value }) => `${type}=${readableValue(value)}`).join(", "),
    der: toHex(encode(name, "a distinguished name")),
  };
}

function valuesOf(name: string, attributes: readonly NameAttribute[]): string[] {
  return attributes.filter((attribute) => attribute.name === name).map(({ value }) => value);
}

function readValue(value: AttributeValue): Pick<NameAttribute, "stringType" | "value"> {
  const strings: readonly [StringType, string | undefined][] = [
    ["PrintableString", value.printableString],
    ["UTF8String", value.utf8String],
    ["IA5String", value.ia5String],
    ["TeletexString", value.teletexString],
    ["UniversalString", value.universalString],
    ["BMPString", value.bmpString],
  ];
  for (const [stringType, text] of strings)
    if (text !== undefined) return { stringType, value: text };
  return { stringType: "other", value: toHex(value.anyValue ?? new ArrayBuffer(0)) };
}

/** Writes plain values without quotes, so that usual names are easy to read, and quotes values with a comma or an escape. */
export function readableValue(value: string): string {
  return /^[A-Za-z0-9._@*/:()-]+(?: [A-Za-z0-9._@*/:()-]+)*$/.test(value) ? value : quote(value);
}
