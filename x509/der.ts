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

/** One DER element (X.690): its tag, its content, and `raw`, which also includes tag and length as encoded. */
export interface Tlv {
  /** The identifier octet, e.g. 0x30 for a SEQUENCE. */
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/** Identifier octets of the elements in keys. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * Splits bytes into elements without looking inside them. Lengths must be definite and minimal, so that every reader
 * finds the same bytes in the same place.
 * @param bytes consecutive elements
 * @param most the largest number of elements; more are an error
 * @throws DerError if the bytes end within an element, or an element is encoded differently
 */
export function readTlvs(bytes: Buffer, most = 64): Tlv[] {
  const found: Tlv[] = [];
  for (let rest = bytes; rest.length > 0;) {
    if (found.length === most) throw new DerError("more elements than expected.");
    const next = firstTlv(rest);
    found.push(next);
    rest = rest.subarray(next.raw.length);
  }
  return found;
}

/**
 * Reads bytes that are one element.
 * @throws DerError if they are anything else, or the element has another tag
 */
export function readTlv(bytes: Buffer, tag: number): Tlv {
  const [only] = readTlvs(bytes, 1);
  if (only?.tag !== tag) throw new DerError("not the expected element.");
  return only;
}

/** Writes an element from its tag and the parts of its content. */
export function toTlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  const head = content.length < 0x80 ? length : Buffer.of(0x80 | length.length, ...length);
  return Buffer.concat([Buffer.of(tag), head, content]);
}

/**
 * Reads the elements of a SEQUENCE.
 * @throws DerError if the element is not a SEQUENCE
 */
export function elementsOf(sequence: Tlv | undefined): Tlv[] {
  return readTlvs(contentOf(sequence, TAG.sequence));
}

/**
 * Returns the content of an element with the given tag.
 * @throws DerError if the element is missing or has another tag
 */
export function contentOf(element: Tlv | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new DerError("not the expected element.");
  return element.content;
}

/**
 * Reads an INTEGER that is not negative.
 * @throws DerError if the element is not an INTEGER, is negative, or is longer than necessary (X.690 section 8.3)
 */
export function readUnsigned(element: Tlv | undefined): bigint {
  const content = contentOf(element, TAG.integer);
  const [first, second = 0] = content;
  if (first === undefined || first >= 0x80 || (first === 0 && content.length > 1 && second < 0x80))
    throw new DerError("not a positive INTEGER in DER.");
  return toBigInt(content);
}

/**
 * Reads a BIT STRING of whole bytes.
 * @throws DerError if the element is not one
 */
export function readBits(element: Tlv | undefined): Buffer {
  const content = contentOf(element, TAG.bitString);
  if (content[0] !== 0) throw new DerError("not a BIT STRING of whole bytes.");
  return content.subarray(1);
}

/** Converts bytes to a number, the most significant byte first. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Returns the first element of bytes, which may continue after it. */
function firstTlv(bytes: Buffer): Tlv {
  const { tag, start, length } = readHead(bytes);
  if (bytes.length - start < length) throw new DerError("cut off.");
  return {
    tag,
    content: bytes.subarray(start, start + length),
    raw: bytes.subarray(0, start + length),
  };
}

/**
 * Reads the head of an element, whose content may be incomplete.
 * @throws DerError if it is not encoded as DER
 */
export function readHead(bytes: Buffer): { tag: number; start: number; length: number } {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new DerError("cut off.");
  // Tags above 30 take several octets and do not occur in the structures that are read here.
  if ((tag & 0x1f) === 0x1f) throw new DerError("a tag that is not expected.");
  if (first < 0x80) return { tag, start: 2, length: first };
  const octets = first & 0x7f;
  const digits = bytes.subarray(2, 2 + octets);
  if (octets === 0 || octets > 4 || digits.length < octets)
    throw new DerError("a length that is not in DER.");
  const length = digits.readUIntBE(0, octets);
  const least = octets === 1 ? 0x80 : 256 ** (octets - 1);
  if (length < least) throw new DerError("a length that is not in DER.");
  return { tag, start: 2 + octets, length };
}
