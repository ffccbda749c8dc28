import { AsnConvert } from "@peculiar/asn1-schema";

/** Bytes as the parsers accept and return them. */
export type Bytes = ArrayBuffer | Uint8Array;

/** Thrown for bytes that are not the expected ASN.1 structure, or not in its DER encoding. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/**
 * Parses DER strictly: the bytes must be exactly what the parsed structure encodes to.
 *
 * One parser checks a request (this one) and another signs it (Go's, inside the provider). Anything that one of them
 * skips, joins or reads twice could bypass the check: trailing bytes, fields beyond the schema, long-form lengths, BER
 * booleans, unused bits. Encoding the result again and comparing the bytes refuses all of them.
 * @param der the bytes
 * @param type the structure's class, from `@peculiar/asn1-*`
 * @param what the name of the structure, for messages
 * @throws DerError if the bytes are not that structure, or not in its DER encoding (X.690 section 10)
 */
export function parseStrictly<T>(der: Bytes, type: new () => T, what: string): T {
  const value = parseLeniently(der, type, what);
  if (!sameBytes(der, encode(value, what)))
    throw new DerError(`${what}: not in DER form, or followed by other data.`);
  return value;
}

/**
 * Parses BER or DER as far as the schema knows it. This is for existing certificates, in which small deviations from
 * DER are tolerated.
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

/** Whether two byte sequences are equal. */
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
