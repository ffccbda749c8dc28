import { EncryptedContent, id_data, id_encryptedData } from "@peculiar/asn1-cms";
import type { ContentInfo } from "@peculiar/asn1-cms";
import { AuthenticatedSafe, PFX, SafeContents } from "@peculiar/asn1-pfx";

import { toBuffer } from "../der";
import { unsupported } from "./algorithms";
import type { Pkcs12Content } from "./content";
import { decrypt } from "./encryption";
import { arrange } from "./entries";
import { checkMac } from "./mac";
import { Pkcs12Error } from "./pkcs12-error";
import { readBag } from "./read-bag";
import { EncryptedData, Octets, parsePart } from "./schema";
import { WorkLimit } from "./work-limit";

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
