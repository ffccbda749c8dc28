import { createHash } from "node:crypto";
import { certificateDer } from "./make-pkcs12";

/** A field of a JKS store: bytes, or hex. */
export type Field = string | Uint8Array;

/** Creates a JKS store from its fields, with a correct digest. */
export function sealJks(fields: readonly Field[], password: string): Buffer {
  const content = Buffer.concat(
    fields.map((field) => (typeof field === "string" ? Buffer.from(field, "hex") : field)),
  );
  const digest = createHash("sha1")
    .update(Buffer.from(password, "utf16le").swap16())
    .update("Mighty Aphrodite")
    .update(content)
    .digest();
  return Buffer.concat([content, digest]);
}

/** Puts the length before bytes, in four bytes. */
export function sized(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The type of a certificate. */
export const X509 = "0005582e353039";
/** A creation date. */
export const DATE = "0000000000000000";

/** Creates a trust store that may hold what the library refuses to write. */
export function makeJksTrustStore(alias: string, certificatePem: string, password: string): Buffer {
  const text = Buffer.from(alias);
  const head = ["feedfeed0000000200000001", "00000002", Buffer.of(0, text.length), text];
  return sealJks([...head, DATE, X509, sized(certificateDer(certificatePem))], password);
}
