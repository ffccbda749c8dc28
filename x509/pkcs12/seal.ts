import {
  ContentEncryptionAlgorithmIdentifier,
  ContentInfo,
  EncryptedContent,
  EncryptedContentInfo,
  id_data,
  id_encryptedData,
} from "@peculiar/asn1-cms";
import type { SafeBag } from "@peculiar/asn1-pfx";
import { AuthenticatedSafe, PFX, SafeContents } from "@peculiar/asn1-pfx";
import { OctetString } from "@peculiar/asn1-schema";

import { encode, toBuffer } from "../der";
import { encrypt } from "./encryption";
import { makeMac } from "./mac";
import type { Salts } from "./salts";
import { EncryptedData } from "./schema";

/**
 * Assembles the parts of a store and adds its MAC.
 * @returns the file
 */
export function seal(contents: ContentInfo[], password: string, salts: Salts): Buffer {
  const safe = toBuffer(encode(new AuthenticatedSafe(contents), "authenticated safe"));
  const macData = makeMac(safe, password, salts);
  return toBuffer(encode(new PFX({ version: 3, authSafe: data(safe), macData }), "store"));
}

/** An unencrypted part, for keys: each key is encrypted in its bag. */
export function plain(bags: SafeBag[]): ContentInfo {
  return data(contentsOf(bags));
}

function data(content: Buffer): ContentInfo {
  return new ContentInfo({
    contentType: id_data,
    content: encode(new OctetString(content), "data"),
  });
}

/** A part that is encrypted as a whole, as is usual for certificates. */
export function encrypted(bags: SafeBag[], password: string, salts: Salts): ContentInfo {
  const { algorithm, data } = encrypt(contentsOf(bags), password, salts, "certificates");
  const encryptedContentInfo = new EncryptedContentInfo({
    contentType: id_data,
    contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier(algorithm),
    encryptedContent: new EncryptedContent({ value: new OctetString(data) }),
  });
  const content = Object.assign(new EncryptedData(), { encryptedContentInfo });
  return new ContentInfo({
    contentType: id_encryptedData,
    content: encode(content, "encrypted data"),
  });
}

function contentsOf(bags: SafeBag[]): Buffer {
  return toBuffer(encode(new SafeContents(bags), "safe contents"));
}
