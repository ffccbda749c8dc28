import { DerError } from "../der";
import { TAG, contentOf, elementsOf, type Tlv } from "../tlv";
import { CURVES, type Curve } from "./curves";

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
