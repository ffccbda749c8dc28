import { DerError } from "./der";

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
export function firstTlv(bytes: Buffer): Tlv {
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
