import { ContentInfo, id_encryptedData } from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  PFX,
  SafeContents,
  id_pkcs8ShroudedKeyBag,
  type SafeBag,
} from "@peculiar/asn1-pfx";
import { EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";

import { decrypt } from "../../../x509/pkcs12/protection";
import { EncryptedData } from "../../../x509/pkcs12/schema";
import { WorkLimit } from "../../../x509/pkcs12/key-derivation";

/** A store as tests examine it. Encodings are in hex. */
export interface Parts {
  /** The digest's identifier, the iterations and the salt's length. */
  readonly mac: { readonly algorithm: string; readonly iterations: number; readonly salt: number };
  /** The encryption of each part, and its bags if a password was given. */
  readonly parts: readonly { readonly encryption?: string; readonly bags: readonly Bag[] }[];
  /** Every salt and IV of the store. */
  readonly salts: readonly string[];
}

interface Bag {
  readonly id: string;
  /** The encryption algorithm of a shrouded key bag. */
  readonly encryption: string | undefined;
  readonly attributes: readonly string[];
}

const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString("hex");

/**
 * Takes a store apart using only the ASN.1 library.
 * @param password decrypts certificates; without it only unencrypted content is read, which is much faster
 */
export function takeApart(store: Buffer, password?: string): Parts {
  const { authSafe, macData } = AsnConvert.parse(store, PFX);
  const safe = AsnConvert.parse(octetsOf(authSafe), AuthenticatedSafe);
  const parts = Array.from(safe).map((part) => takePart(part, password));
  const algorithms = parts.flatMap(({ encryption, bags }) =>
    [encryption, ...bags.map((bag) => bag.encryption)].filter((found) => found !== undefined),
  );
  return {
    mac: {
      algorithm: macData.mac.digestAlgorithm.algorithm,
      iterations: macData.iterations,
      salt: macData.macSalt.byteLength,
    },
    parts,
    salts: [
      hex(macData.macSalt.buffer),
      // The only octet strings there of 20 and 16 bytes.
      ...algorithms.flatMap((found) =>
        [/0414(.{40})0202/, /0410(.{32})$/].map((each) => each.exec(found)?.[1] ?? ""),
      ),
    ],
  };
}

function takePart(part: ContentInfo, password: string | undefined): Parts["parts"][number] {
  if (part.contentType !== id_encryptedData) return { bags: bagsOf(octetsOf(part)) };
  const { encryptedContentInfo } = AsnConvert.parse(part.content, EncryptedData);
  const algorithm = encryptedContentInfo.contentEncryptionAlgorithm;
  const encryption = hex(AsnConvert.serialize(algorithm));
  if (password === undefined) return { encryption, bags: [] };
  const data = new Uint8Array(encryptedContentInfo.encryptedContent?.value?.buffer ?? []);
  const contents = decrypt({ algorithm, data }, password, new WorkLimit(), "the part");
  return { encryption, bags: bagsOf(contents) };
}

function bagsOf(contents: Uint8Array): Bag[] {
  return Array.from(AsnConvert.parse(contents, SafeContents)).map(toBag);
}

function toBag({ bagId, bagValue, bagAttributes = [] }: SafeBag): Bag {
  return {
    id: bagId,
    encryption:
      bagId === id_pkcs8ShroudedKeyBag
        ? hex(
            AsnConvert.serialize(
              AsnConvert.parse(bagValue, EncryptedPrivateKeyInfo).encryptionAlgorithm,
            ),
          )
        : undefined,
    attributes: bagAttributes.map((attribute) => hex(AsnConvert.serialize(attribute))),
  };
}

function octetsOf({ content }: ContentInfo): Buffer {
  return Buffer.from(AsnConvert.parse(content, OctetString).buffer);
}
