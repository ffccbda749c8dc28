import { createPrivateKey, type X509Certificate } from "node:crypto";

import { EncryptedContent, id_data, id_encryptedData, type ContentInfo } from "@peculiar/asn1-cms";
import { AuthenticatedSafe, PFX, SafeContents } from "@peculiar/asn1-pfx";

import { readCertificate, readCertificates, type Certificate } from "../certificate";
import { toBuffer } from "../der";
import { toPem } from "../pem";
import { publishedKeyProblem } from "../published-keys";
import { unsupported } from "./algorithms";
import { decrypt } from "./encryption";
import { WorkLimit } from "./key-derivation";
import { checkMac } from "./mac";
import { readBag, type FoundCertificate, type FoundKey } from "./read-bag";
import { EncryptedData, Octets, Pkcs12Error, parsePart } from "./schema";

/** Content of a store, as PEM. Aliases are as written in the file; Java shows them in lower case. */
export interface Pkcs12Content {
  readonly keys: readonly KeyEntry[];
  /** Certificates with Oracle's attribute, which are trust anchors for Java. */
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

/** Largest store in bytes. A store of all CAs of the web is a fifth of this. */
const LARGEST_STORE = 1024 * 1024;

/**
 * Reads a PKCS#12 store (RFC 7292) that this library, keytool or OpenSSL wrote, with AES or, as in past years, with
 * Triple DES. Java's rules decide what an entry is.
 * @param der the file
 * @param password the password of the store, which must also be that of its keys
 * @throws Pkcs12Error if the file is not a store, is damaged, or was written with unsupported algorithms or another
 *   password
 */
export function readPkcs12(der: Uint8Array, password: string): Pkcs12Content {
  if (der.length > LARGEST_STORE)
    throw new Pkcs12Error(
      `The store is longer than ${LARGEST_STORE / 1024} KiB, so it is not what is expected.`,
    );
  try {
    return readStore(der, password);
  } catch (cause) {
    if (cause instanceof Pkcs12Error) throw cause;
    // The parsers accept some values of another type than the structure has; required fields are then missing.
    throw new Pkcs12Error("The store is damaged: its content has another type than declared.", {
      cause,
    });
  }
}

/**
 * Describes the published keys in a store that was read. Reading refuses none of them, so that deployed stores can be
 * examined.
 * @returns continuations of a sentence that begins with the store, without repetitions: `holds CN=localhost, which has
 *   the key that …`
 */
export function publishedKeysIn({ keys, trusted, others }: Pkcs12Content): string[] {
  const ofKeys = keys.flatMap(({ privateKeyPem, chainPem }) => {
    const problem = publishedKeyProblem(createPrivateKey(privateKeyPem));
    const chain = chainPem === "" ? [] : readCertificates(chainPem);
    return [...(problem === undefined ? [] : [`holds a key that ${problem}`]), ...inAll(chain)];
  });
  const certificates = [...trusted, ...others].map(({ certificatePem }) =>
    readCertificate(certificatePem),
  );
  return [...new Set([...ofKeys, ...inAll(certificates)])];
}

function inAll(certificates: readonly Certificate[]): string[] {
  return certificates.flatMap((certificate) => {
    const problem = publishedKeyProblem(certificate);
    return problem === undefined ? [] : [`holds ${certificate.subject.text}, which ${problem}`];
  });
}

function readStore(der: Uint8Array, password: string): Pkcs12Content {
  const { authSafe, macData } = readOuter(der);
  if (authSafe.contentType !== id_data) unsupported(authSafe.contentType);
  const content = octetsOf(authSafe);
  const limit = new WorkLimit();
  checkMac(macData, content, password, limit);
  const safe = Array.from(parsePart(content, AuthenticatedSafe, "authenticated safe"));
  const found = safe
    .map((part) => openPart(part, password, limit))
    .flatMap((part) => Array.from(parsePart(part, SafeContents, "safe contents")))
    .map((bag) => readBag(bag, password, limit));
  return arrange(found.filter((entry) => entry !== undefined));
}

function readOuter(der: Uint8Array): PFX {
  let store: PFX;
  try {
    store = parsePart(der, PFX, "store");
  } catch {
    throw new Pkcs12Error(`This is not a PKCS#12 store${guess(der)}.`);
  }
  if (store.version !== 3)
    throw new Pkcs12Error(`PKCS#12 of version ${store.version}; only version 3 exists.`);
  return store;
}

/** Guesses what a file is that is not PKCS#12, as the end of a sentence. */
function guess(der: Uint8Array): string {
  if (der.length === 0) return ", but an empty file";
  // The number that Sun's own format begins with.
  if (toBuffer(der).subarray(0, 4).toString("hex") === "feedfeed")
    return ", but a JKS store: `keytool -importkeystore -deststoretype pkcs12` converts it";
  // A SEQUENCE begins with the character `0` and continues with a byte that is not text.
  if (
    toBuffer(der)
      .subarray(0, 64)
      .every((byte) => byte < 0x7f)
  )
    return ", but text: PKCS#12 is binary, and base64 in a Kubernetes Secret must be decoded first";
  return ", or cut off";
}

function openPart(part: ContentInfo, password: string, limit: WorkLimit): Buffer {
  switch (part.contentType) {
    case id_data:
      return octetsOf(part);
    case id_encryptedData: {
      const { encryptedContentInfo } = parsePart(part.content, EncryptedData, "encrypted data");
      const { contentEncryptionAlgorithm: algorithm, encryptedContent } = encryptedContentInfo;
      const data = joined(encryptedContent ?? new EncryptedContent());
      return decrypt({ algorithm, data }, password, limit, "the certificates");
    }
    default:
      return unsupported(part.contentType);
  }
}

function octetsOf({ content }: ContentInfo): Buffer {
  return toBuffer(parsePart(content, Octets, "content").buffer);
}

function joined({ value, constructedValue = [] }: EncryptedContent): Buffer {
  const parts = value === undefined ? constructedValue : [value];
  return Buffer.concat(parts.map(({ buffer }) => toBuffer(buffer)));
}

/** Combines keys and certificates into entries. */
function arrange(found: readonly (FoundKey | FoundCertificate)[]): Pkcs12Content {
  const keys = found.filter((entry) => "key" in entry);
  const certificates = found.filter((entry) => "certificate" in entry);
  const chains = new Map(keys.map((key) => [key, chainOf(key, certificates)]));
  const inChains = new Set([...chains.values()].flat());
  return {
    keys: [...chains].map(([key, chain]) => toKeyEntry(key, chain)),
    trusted: certificates.filter(({ trusted }) => trusted).map(toCertificateEntry),
    others: certificates
      .filter((entry) => !entry.trusted && !inChains.has(entry))
      .map(toCertificateEntry),
  };
}

function chainOf(key: FoundKey, certificates: readonly FoundCertificate[]): FoundCertificate[] {
  const chain: FoundCertificate[] = [];
  let next = ownCertificate(key, certificates);
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const current: X509Certificate = next.certificate;
    // A root is its own issuer.
    if (current.subject === current.issuer) break;
    next = certificates.find(({ certificate }) => current.checkIssued(certificate));
  }
  return chain;
}

/** Finds the certificate with the key's ID, or the one with its public key, as some writers omit the ID. */
function ownCertificate(
  { key, localKeyId }: FoundKey,
  certificates: readonly FoundCertificate[],
): FoundCertificate | undefined {
  const linked = certificates.find(
    (entry) => localKeyId !== undefined && entry.localKeyId === localKeyId,
  );
  return linked ?? certificates.find(({ certificate }) => certificate.checkPrivateKey(key));
}

function toKeyEntry({ alias, key }: FoundKey, chain: readonly FoundCertificate[]): KeyEntry {
  return {
    ...(alias !== undefined && { alias }),
    privateKeyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    chainPem: chain.map(({ certificate }) => toPem("CERTIFICATE", certificate.raw)).join(""),
  };
}

function toCertificateEntry({ alias, certificate }: FoundCertificate): CertificateEntry {
  return {
    ...(alias !== undefined && { alias }),
    certificatePem: toPem("CERTIFICATE", certificate.raw),
  };
}
