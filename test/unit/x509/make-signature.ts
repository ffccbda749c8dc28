import { sign, type KeyObject } from "node:crypto";

import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

/** Hash of a signature. */
export type Digest = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

const RSA: Readonly<Record<Digest, string>> = {
  md5: "1.2.840.113549.1.1.4",
  sha1: "1.2.840.113549.1.1.5",
  sha256: "1.2.840.113549.1.1.11",
  sha384: "1.2.840.113549.1.1.12",
  sha512: "1.2.840.113549.1.1.13",
};

const ECDSA: Readonly<Partial<Record<Digest, string>>> = {
  sha1: "1.2.840.10045.4.1",
  sha256: "1.2.840.10045.4.3.2",
  sha384: "1.2.840.10045.4.3.3",
  sha512: "1.2.840.10045.4.3.4",
};

/** RSASSA-PSS-params (RFC 4055 section 3.1) with SHA-256, also for the mask, and a salt of 32 bytes. */
const PSS_SHA256 = Uint8Array.from(
  Buffer.from(
    "3030a00d300b0609608648016503040201a11a301806092a864886f70d010108300b0609608648016503040201a203020120",
    "hex",
  ),
).buffer;

/** The algorithm identifier of signatures that {@link signWith} creates. */
export function algorithmOf(key: KeyObject, digest: Digest): AlgorithmIdentifier {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return new AlgorithmIdentifier({ algorithm: RSA[digest], parameters: null });
    case "rsa-pss":
      return new AlgorithmIdentifier({
        algorithm: "1.2.840.113549.1.1.10",
        parameters: PSS_SHA256,
      });
    case "ed25519":
      return new AlgorithmIdentifier({ algorithm: "1.3.101.112" });
    case "ed448":
      return new AlgorithmIdentifier({ algorithm: "1.3.101.113" });
    default:
      return new AlgorithmIdentifier({ algorithm: ECDSA[digest] ?? "" });
  }
}

/** Signs with any kind of key. */
export function signWith(key: KeyObject, digest: Digest, content: Uint8Array): Buffer {
  const kind = key.asymmetricKeyType;
  if (kind === "ed25519" || kind === "ed448") return sign(null, content, key);
  return sign(digest, content, kind === "rsa-pss" ? { key, saltLength: 32 } : key);
}
