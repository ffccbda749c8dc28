import { DerError, TAG, contentOf, elementsOf, type Tlv } from "../der";

/** The kind of a key, from its AlgorithmIdentifier (RFC 5280 section 4.1.2.7, RFC 3279, RFC 5480, RFC 8410). */
export type KeyKind =
  | { readonly kind: "rsa" | "ed25519" }
  | { readonly kind: "ec"; readonly curve: Curve }
  /** A kind that nothing here signs or deploys, by its name; a crypto library is not asked about it. */
  | { readonly kind: "foreign"; readonly name: string };

const RSA = "2a864886f70d010101";
const EC = "2a8648ce3d0201";
const ED25519 = "2b6570";

/** Names of other kinds, by their object identifier's DER in hex. */
const FOREIGN: Readonly<Record<string, string>> = {
  "2a864886f70d01010a": "RSA-PSS",
  "2a864886f70d010107": "RSA-OAEP",
  "2a8648ce380401": "DSA",
  "2a864886f70d010301": "DH",
  "2b656e": "X25519",
  "2b656f": "X448",
  "2b6571": "Ed448",
};

/** Names of other curves. */
const FOREIGN_CURVES: Readonly<Record<string, string>> = {
  "2a8648ce3d030101": "ECDSA-P192",
  "2b2403030208010107": "ECDSA-brainpoolP256r1",
  "2b240303020801010b": "ECDSA-brainpoolP384r1",
  "2b240303020801010d": "ECDSA-brainpoolP512r1",
  "2a811ccf5501822d": "SM2",
};

/**
 * Reads the AlgorithmIdentifier of a key.
 * @throws DerError if it is malformed, or its parameters are not those of its algorithm
 */
export function readKeyKind(identifier: Tlv | undefined): KeyKind {
  const [algorithm, parameters, ...more] = elementsOf(identifier);
  if (more.length > 0) throw new DerError("an algorithm with more than its parameters.");
  const oid = contentOf(algorithm, TAG.oid).toString("hex");
  if (oid === RSA) {
    if (contentOf(parameters, TAG.null).length > 0) throw new DerError("a NULL with content.");
    return { kind: "rsa" };
  }
  if (oid === ED25519) {
    if (parameters !== undefined) throw new DerError("parameters where there are none.");
    return { kind: "ed25519" };
  }
  return oid === EC ? readCurve(parameters) : foreign(FOREIGN[oid] ?? dotted(oid));
}

/** Reads the named curve from the parameters of a key. */
export function readCurve(parameters: Tlv | undefined): KeyKind {
  // RFC 5480 section 2.1.1 allows only named curves: explicit curve parameters could be hostile.
  if (parameters?.tag !== TAG.oid) return foreign("ECDSA on a curve without a name");
  const oid = parameters.content.toString("hex");
  const curve = CURVES.get(oid);
  if (curve !== undefined) return { kind: "ec", curve };
  return foreign(FOREIGN_CURVES[oid] ?? `ECDSA on curve ${dotted(oid)}`);
}

function foreign(name: string): KeyKind {
  return { kind: "foreign", name };
}

/** Writes an object identifier in its usual form, or in hex if it is too long. */
function dotted(hex: string): string {
  if (hex.length > 40 || hex === "") return `0x${hex.slice(0, 40)}`;
  const numbers: number[] = [];
  let number = 0;
  for (const byte of Buffer.from(hex, "hex")) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const arc = Math.min(2, Math.floor(first / 40));
  return [arc, first - arc * 40, ...rest].join(".");
}

/** An elliptic curve y² = x³ + ax + b over a prime field (SEC 2, FIPS 186-4 appendix D.1.2) with cofactor 1. */
interface Curve {
  readonly name: string;
  /** Length of a coordinate in bytes. */
  readonly size: number;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  /** Number of points, which is prime. */
  readonly order: bigint;
}

const P224 = 2n ** 224n - 2n ** 96n + 1n;
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n;
const P521 = 2n ** 521n - 1n;

/** Curves by their object identifier's DER in hex. */
export const CURVES: ReadonlyMap<string, Curve> = new Map(
  Object.entries({
    "2b81040021": {
      name: "P224",
      size: 28,
      p: P224,
      a: P224 - 3n,
      b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
      order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    },
    "2a8648ce3d030107": {
      name: "P256",
      size: 32,
      p: P256,
      a: P256 - 3n,
      b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
      order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    },
    "2b81040022": {
      name: "P384",
      size: 48,
      p: P384,
      a: P384 - 3n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
      order:
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    },
    "2b81040023": {
      name: "P521",
      size: 66,
      p: P521,
      a: P521 - 3n,
      b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
      order:
        0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    },
    "2b8104000a": {
      name: "secp256k1",
      size: 32,
      p: 2n ** 256n - 2n ** 32n - 977n,
      a: 0n,
      b: 7n,
      order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    },
  }),
);

/**
 * Describes why bytes are not a point on a curve, in one of the two forms that keys use (SEC 1 section 2.3.3).
 * @returns the end of a sentence about the key, e.g. `is the point at infinity`; undefined if they are a point
 */
export function pointProblem(bytes: Buffer, { size, p, a, b }: Curve): string | undefined {
  const [form] = bytes;
  if (form === 0) return "is the point at infinity";
  if (form !== 2 && form !== 3 && form !== 4)
    return "is a point that is neither uncompressed nor compressed";
  if (bytes.length !== 1 + (form === 4 ? 2 : 1) * size) return "is a point of the wrong length";
  const x = numberAt(bytes, 1, size);
  const square = (x ** 3n + a * x + b) % p;
  const isOnCurve =
    form === 4
      ? isBelow(p, x, numberAt(bytes, 1 + size, size)) &&
        numberAt(bytes, 1 + size, size) ** 2n % p === square
      : isBelow(p, x) && power(square, (p - 1n) / 2n, p) <= 1n;
  return isOnCurve ? undefined : "is a point that is not on its curve";
}

function isBelow(p: bigint, ...coordinates: bigint[]): boolean {
  return coordinates.every((coordinate) => coordinate < p);
}

function numberAt(bytes: Buffer, start: number, size: number): bigint {
  return BigInt(`0x${bytes.toString("hex", start, start + size)}`);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}
