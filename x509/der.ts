import { AsnConvert } from "@peculiar/asn1-schema";

/** Bytes as the parsers give and take them. */
export type Bytes = ArrayBuffer | Uint8Array;

/** Bytes that are not the ASN.1 structure they should be, or not in its one DER encoding. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/**
 * Parses DER strictly: the bytes must be what this structure encodes to, bit for bit.
 *
 * A request is checked by this parser and signed by another (Go's, inside the provider). Anything that one
 * of them skips, joins or reads twice would be a way around the check: trailing bytes, fields beyond the
 * schema, long-form lengths, BER booleans, unused bits. Encoding the result again and comparing refuses them all.
 * @param der the bytes
 * @param type the structure's class, of `@peculiar/asn1-*`
 * @param what the structure's name, for the message
 * @throws DerError if the bytes are not that structure or not its DER encoding (X.690 section 10)
 */
export function parseStrictly<T>(der: Bytes, type: new () => T, what: string): T {
  const value = parseLeniently(der, type, what);
  if (!sameBytes(der, encode(value, what)))
    throw new DerError(`${what}: not in DER form, or followed by other data.`);
  return value;
}

/**
 * Parses BER or DER as far as the schema knows it: for certificates that exist already, whose issuers' small
 * deviations from DER are not ours to refuse.
 * @throws DerError if the bytes are not that structure
 */
export function parseLeniently<T>(der: Bytes, type: new () => T, what: string): T {
  try {
    return AsnConvert.parse(der, type);
  } catch (cause) {
    throw new DerError(`${what}: malformed.`, { cause });
  }
}

/**
 * Encodes a structure, e.g. to compare names by their bytes.
 * @throws DerError if it holds a value that cannot be encoded
 */
export function encode(value: unknown, what: string): ArrayBuffer {
  try {
    return AsnConvert.serialize(value);
  } catch (cause) {
    throw new DerError(`${what}: malformed.`, { cause });
  }
}

/** Compares two byte sequences. */
export function sameBytes(one: Bytes, other: Bytes): boolean {
  return toBuffer(one).equals(toBuffer(other));
}

/** Lower-case hex of bytes. */
export function toHex(bytes: Bytes): string {
  return toBuffer(bytes).toString("hex");
}

/** The same bytes as a Node Buffer, without copying them. */
export function toBuffer(bytes: Bytes): Buffer {
  return bytes instanceof ArrayBuffer
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
