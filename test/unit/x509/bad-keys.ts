import { createHash, createPublicKey, type KeyObject } from "node:crypto";

import * as asn1 from "@peculiar/asn1-x509";

import { bad, type BadRequest } from "./bad-request";
import { keys, spkiOf } from "./make-keys";
import { PUBLISHED } from "./make-published";
import { makeRequest, makeRequestDer, type RequestOptions } from "./make-request";
import { toPem } from "../../../x509";

const SHA256_RSA = "1.2.840.113549.1.1.11";

/** Requests with a bad key or signature. The CA holds the key `p384`, MyOrg2MSP holds `otherP256`. */
export const BAD_KEYS: readonly BadRequest[] = [
  key("RSA-1024", ["key-algorithm"], () => ({ keys: keys("rsa1024") })),
  key("RSA-1536", ["key-algorithm"], () => ({ keys: keys("rsa1536") })),
  key("P-224", ["key-algorithm"], () => ({ keys: keys("p224") })),
  key("P-521", ["key-algorithm"], () => ({ keys: keys("p521") })),
  key("secp256k1", ["key-algorithm"], () => ({ keys: keys("secp256k1") })),
  key("Ed25519, which is not granted", ["key-algorithm"], () => ({ keys: keys("ed25519") })),
  key("key for agreement, which cannot sign", ["key-algorithm", "proof-of-possession"], () => ({
    spki: spkiOf(keys("x25519").publicKey),
  })),
  bad("RSA with exponent 3", ["key-algorithm"], () => makeRequest({ keys: keys("rsaExponent3") })),
  bad("RSA with exponent 1, signature forged", ["key-algorithm"], () =>
    makeRequest({
      spki: withExponentOne(keys("rsa2048").publicKey),
      algorithm: new asn1.AlgorithmIdentifier({ algorithm: SHA256_RSA, parameters: null }),
      signature: paddedDigest(256),
    }),
  ),
  bad("RSA key restricted to PSS", ["key-algorithm", "signature-algorithm"], () =>
    makeRequest({ keys: keys("rsaPss") }),
  ),
  bad("explicit curve", ["key-algorithm", "proof-of-possession"], () =>
    makeRequest({ keys: keys("explicitP256") }),
  ),
  bad("compressed point", ["key-encoding"], () =>
    makeRequest({ spki: compressed(keys("p256").publicKey) }),
  ),
  bad("point that is not on the curve", ["key-algorithm"], () => {
    const spki = Uint8Array.from(spkiOf(keys("p256").publicKey));
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    return makeRequest({ spki });
  }),
  key("published key", ["key-published", "proof-of-possession"], () => ({
    spki: spkiOf(PUBLISHED.publicKey),
  })),
  key("key of the CA", ["key-refused"], () => ({ keys: keys("p384") })),
  key("key of another party", ["key-refused"], () => ({ keys: keys("otherP256") })),
  key("signature by another key", ["proof-of-possession"], () => ({ signer: keys("otherP256") })),
  key("signature by another kind of key", ["proof-of-possession"], () => ({
    signer: keys("rsa2048"),
  })),
  key("signature of zeros", ["proof-of-possession"], () => ({ signature: new Uint8Array(70) })),
  key("empty signature", ["proof-of-possession"], () => ({ signature: new Uint8Array(0) })),
  key("SHA-1 with ECDSA", ["signature-algorithm"], () => ({ digest: "sha1" })),
  key("SHA-1 with RSA", ["signature-algorithm"], () => ({ keys: keys("rsa2048"), digest: "sha1" })),
  key("unknown signature algorithm", ["signature-algorithm"], () => ({
    algorithm: new asn1.AlgorithmIdentifier({ algorithm: "1.2.3.4" }),
  })),
  key("SHA-1 that is called SHA-256", ["proof-of-possession"], () => ({
    digest: "sha1",
    algorithm: new asn1.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" }),
  })),
  key("parameters of ECDSA that should be absent", ["proof-of-possession"], () => ({
    algorithm: new asn1.AlgorithmIdentifier({
      algorithm: "1.2.840.10045.4.3.2",
      parameters: null,
    }),
  })),
  key("parameters of RSA that are missing", ["proof-of-possession"], () => ({
    keys: keys("rsa2048"),
    algorithm: new asn1.AlgorithmIdentifier({ algorithm: SHA256_RSA }),
  })),
  bad("subject changed after signing", ["organization", "proof-of-possession"], () => {
    const der = makeRequestDer();
    der[der.indexOf("MyOrg1MSP") + 5] = "2".charCodeAt(0);
    return toPem("CERTIFICATE REQUEST", der);
  }),
  key("version 1", ["version"], () => ({ version: 1 })),
  key("version 2 to the power of 40", ["version"], () => ({ version: 2 ** 40 })),
];

function key(name: string, codes: BadRequest["codes"], options: () => RequestOptions): BadRequest {
  return bad(name, codes, () => makeRequest(options()));
}

/** The same key as a compressed point, with one coordinate and a sign. Few signers write it, and some refuse it. */
function compressed(publicKey: KeyObject): Buffer {
  const spki = spkiOf(publicKey);
  const [x, y] = [spki.subarray(27, 59), spki.subarray(59)];
  const head = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex");
  return Buffer.concat([head, Buffer.of(2 + ((y.at(-1) ?? 0) & 1)), x]);
}

function withExponentOne(publicKey: KeyObject): Buffer {
  const { n = "" } = publicKey.export({ format: "jwk" });
  return spkiOf(createPublicKey({ format: "jwk", key: { kty: "RSA", n, e: "AQ" } }));
}

/** The result of decrypting an RSA signature. With exponent 1 it equals the signature, so anyone can write it. */
function paddedDigest(size: number): Buffer {
  const digest = createHash("sha256").update("not this request").digest();
  const info = Buffer.concat([
    Buffer.from("3031300d060960864801650304020105000420", "hex"),
    digest,
  ]);
  const padding = Buffer.alloc(size - info.length - 3, 0xff);
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info]);
}
