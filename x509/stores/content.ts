import { X509Certificate, createPrivateKey, type KeyObject } from "node:crypto";
import { judgePublicKey, privateKeyProblem, spkiOfCertificate } from "../key-der/keys";
import { toPem } from "../pem";

/** Thrown for a store that cannot be written or read. The message is for people and never quotes a key or a password. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** Content of a store that was read, as PEM. Aliases are as written in the file; Java shows them in lower case. */
export interface StoreContent {
  readonly keys: readonly KeyEntry[];
  /** Certificates that are trust anchors for Java. In PKCS#12, Oracle's attribute marks them. */
  readonly trusted: readonly CertificateEntry[];
  /** Certificates that are neither in a key's chain nor marked as trusted. Java ignores them. */
  readonly others: readonly CertificateEntry[];
}

/** A private key and its certificates. */
export interface KeyEntry {
  readonly alias?: string;
  /** The private key in PKCS#8. */
  readonly privateKeyPem: string;
  /**
   * The key's own certificate, then the CAs above it as far as the store has them; empty if the store lacks the key's
   * certificate.
   */
  readonly chainPem: string;
}

/** A certificate. */
export interface CertificateEntry {
  readonly alias?: string;
  readonly certificatePem: string;
}

/** A key and its certificate, as a Java server or client reads them (`KeyStore.PrivateKeyEntry`). */
export interface KeyStoreContent {
  /** Name of the entry, written in lower case as Java does. */
  readonly alias: string;
  /** Unencrypted PEM in PKCS#8, PKCS#1 or SEC1. */
  readonly privateKeyPem: string;
  /** The key's certificate first, then the intermediate CAs. */
  readonly chainPem: string;
}

/** Trust anchors by alias, as Java reads them (`KeyStore.TrustedCertificateEntry`); their order does not matter. */
export type TrustStoreContent = readonly {
  readonly alias: string;
  readonly certificatePem: string;
}[];

/** Largest store in bytes. A store of all CAs of the web is a fifth of this. */
const LARGEST_STORE = 1024 * 1024;

/**
 * Reads a store with a reader of its format.
 * @throws StoreError if the store is too large, or the reader throws anything
 */
export function readAnyStore(bytes: Uint8Array, read: () => StoreContent): StoreContent {
  if (bytes.length > LARGEST_STORE)
    throw new StoreError(
      `The store is longer than ${LARGEST_STORE / 1024} KiB, so it is not what is expected.`,
    );
  try {
    return read();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    // The parsers accept some values of another type than the structure has; required fields are then missing.
    throw new StoreError("The store is damaged: its content has another type than declared.", {
      cause,
    });
  }
}

/**
 * Reads a private key from a store.
 * @param der the key in PKCS#8, decrypted
 * @throws StoreError if it is not a key
 */
export function readStoredKey(der: Buffer): KeyObject {
  const problem = privateKeyProblem(der, "PRIVATE KEY");
  if (problem !== undefined)
    throw new StoreError(`The store holds a private key whose content ${problem}.`);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } catch {
    throw new StoreError("The store holds a private key of a kind that OpenSSL does not read.");
  }
}

/**
 * Reads a certificate from a store.
 * @throws StoreError if the bytes are not a certificate
 */
export function readStoredCertificate(der: Buffer): X509Certificate {
  try {
    const { problem } = judgePublicKey(spkiOfCertificate(der));
    if (problem !== undefined) throw new Error(problem);
    return new X509Certificate(der);
  } catch {
    throw new StoreError(
      "The store is damaged: a certificate entry that does not hold a certificate.",
    );
  }
}

/** Returns a key and its certificates as PEM. */
export function toKeyEntry(
  alias: string | undefined,
  key: KeyObject,
  chain: readonly X509Certificate[],
): KeyEntry {
  return {
    ...(alias !== undefined && { alias }),
    privateKeyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    chainPem: chain.map(({ raw }) => toPem("CERTIFICATE", raw)).join(""),
  };
}

/** Returns a certificate as PEM. */
export function toCertificateEntry(
  alias: string | undefined,
  certificate: X509Certificate,
): CertificateEntry {
  return {
    ...(alias !== undefined && { alias }),
    certificatePem: toPem("CERTIFICATE", certificate.raw),
  };
}

/** Error for a wrong password, which no format distinguishes from a changed store. */
export function wrongPassword(): StoreError {
  return new StoreError("The password is wrong, or the store was changed after it was written.");
}

/**
 * Error for a part with another password than its store.
 * @param what the name of the part
 */
export function otherPassword(what: string): StoreError {
  return new StoreError(
    `The store's password does not open ${what}: it has another password, or it is damaged.`,
  );
}
