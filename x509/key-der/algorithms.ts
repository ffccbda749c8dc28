import { weierstrassN, type WeierstrassPointCons } from "@noble/curves/abstract/weierstrass";
import { p256, p384, p521 } from "@noble/curves/nist";
import { secp256k1 } from "@noble/curves/secp256k1";
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

/** An elliptic curve over a prime field with cofactor 1 (SEC 2, FIPS 186-4 appendix D.1.2). */
interface Curve {
  readonly name: string;
  /** Its points, with its parameters. */
  readonly Point: WeierstrassPointCons<bigint>;
}

/** The only one of these curves that the library does not know by its name. */
const P224 = weierstrassN({
  p: 2n ** 224n - 2n ** 96n + 1n,
  n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
  h: 1n,
  a: 2n ** 224n - 2n ** 96n - 2n,
  b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
  Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
  Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
});

/** Curves by their object identifier's DER in hex. */
export const CURVES: ReadonlyMap<string, Curve> = new Map([
  ["2b81040021", { name: "P224", Point: P224 }],
  ["2a8648ce3d030107", { name: "P256", Point: p256.Point }],
  ["2b81040022", { name: "P384", Point: p384.Point }],
  ["2b81040023", { name: "P521", Point: p521.Point }],
  ["2b8104000a", { name: "secp256k1", Point: secp256k1.Point }],
]);

/**
 * Describes why bytes are not a point on a curve, in one of the two forms that keys use (SEC 1 section 2.3.3).
 * @returns the end of a sentence about the key, e.g. `is the point at infinity`; undefined if they are a point
 */
export function pointProblem(bytes: Buffer, { Point }: Curve): string | undefined {
  const [form] = bytes;
  if (form === 0) return "is the point at infinity";
  if (form !== 2 && form !== 3 && form !== 4)
    return "is a point that is neither uncompressed nor compressed";
  if (bytes.length !== 1 + (form === 4 ? 2 : 1) * Point.Fp.BYTES)
    return "is a point of the wrong length";
  try {
    Point.fromBytes(bytes);
    return undefined;
  } catch {
    return "is a point that is not on its curve";
  }
}
