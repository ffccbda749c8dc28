import { createHmac, type KeyObject } from "node:crypto";

import { ContentInfo, id_data } from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  MacData,
  PFX,
  SafeBag,
  SafeContents,
  id_keyBag,
} from "@peculiar/asn1-pfx";
import { DigestInfo } from "@peculiar/asn1-rsa";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

import { readPem } from "../../../x509";
import { derive } from "../../../x509/pkcs12/key-derivation";
import { OID } from "../../../x509/pkcs12/schema";

/** Deviations of a store from the usual form. */
export interface StoreOptions {
  /** Its outermost version. @default 3 */
  readonly version?: number;
  /** Iterations that the MAC states. @default 1, so that tests are fast */
  readonly iterations?: number;
  /** Object identifier of the MAC's digest; null omits the MAC. @default SHA-256 */
  readonly macDigest?: string | null;
  /** Content type of the store. @default data */
  readonly contentType?: string;
  /** Changes the content before the MAC is created. @default - unchanged */
  readonly change?: (content: Buffer) => void;
  /** Encodes the content's octets. @default - in DER */
  readonly octets?: (content: Buffer) => ArrayBuffer;
}

/** Assembles any parts into a store with a MAC of one iteration. */
export function makeStore(
  parts: readonly ContentInfo[],
  password: string,
  options: StoreOptions = {},
): Buffer {
  const { iterations = 1, macDigest = OID.sha256, octets = encodeOctets } = options;
  const content = Buffer.from(AsnConvert.serialize(new AuthenticatedSafe([...parts])));
  options.change?.(content);
  const salt = Buffer.from("salt");
  const digest = { name: "sha256", blockSize: 64, length: 32 } as const;
  const key = derive({ digest, password, salt, iterations: 1 }, "mac", 32);
  const mac = new DigestInfo({
    digestAlgorithm: new AlgorithmIdentifier({ algorithm: macDigest ?? "", parameters: null }),
    digest: new OctetString(createHmac("sha256", key).update(content).digest()),
  });
  const store = new PFX({
    version: options.version ?? 3,
    authSafe: new ContentInfo({
      contentType: options.contentType ?? id_data,
      content: octets(content),
    }),
    macData: new MacData({ mac, macSalt: new OctetString(salt), iterations }),
  });
  if (macDigest === null) Object.assign(store, { macData: undefined });
  return Buffer.from(AsnConvert.serialize(store));
}

/** An unencrypted part. */
export function makePart(bags: readonly SafeBag[]): ContentInfo {
  const contents = Buffer.from(AsnConvert.serialize(new SafeContents([...bags])));
  return new ContentInfo({ contentType: id_data, content: encodeOctets(contents) });
}

/** An OCTET STRING in DER. */
export function encodeOctets(content: Uint8Array): ArrayBuffer {
  return AsnConvert.serialize(new OctetString(content));
}

/** An OCTET STRING in two pieces and of indefinite length, as BER allows. */
export function encodeInPieces(content: Uint8Array): ArrayBuffer {
  const pieces = [content.subarray(0, 5), content.subarray(5)].map((piece) =>
    Buffer.from(encodeOctets(piece)),
  );
  return Uint8Array.from(
    Buffer.concat([Buffer.from("2480", "hex"), ...pieces, Buffer.from("0000", "hex")]),
  ).buffer;
}

/** A private key as PEM. */
export function keyPem(key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1" = "pkcs8"): string {
  return key.export({ type, format: "pem" }).toString();
}

/** An unencrypted private key, as a bag may hold it. */
export function makePlainKeyBag(key: KeyObject): SafeBag {
  const bagValue = Uint8Array.from(key.export({ type: "pkcs8", format: "der" })).buffer;
  return new SafeBag({ bagId: id_keyBag, bagValue });
}

/** The content of a certificate's PEM. */
export function certificateDer(pem: string): Buffer {
  return readPem(pem, "CERTIFICATE", "certificate").der;
}
