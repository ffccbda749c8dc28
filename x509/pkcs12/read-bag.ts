import type { KeyObject, X509Certificate } from "node:crypto";

import {
  CertBag,
  id_certBag,
  id_keyBag,
  id_pkcs8ShroudedKeyBag,
  id_x509Certificate,
  type SafeBag,
} from "@peculiar/asn1-pfx";
import { EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import {
  FriendlyName,
  id_pkcs9_at_friendlyName,
  id_pkcs9_at_localKeyId,
} from "@peculiar/asn1-pkcs9";

import { toBuffer, toHex } from "../der";
import { TRUSTED_KEY_USAGE } from "./seal";
import { readStoredCertificate, readStoredKey } from "../stores/read-parts";
import { decrypt } from "./encryption";
import { Octets, parsePart } from "./schema";
import type { WorkLimit } from "./key-derivation";

/** Attributes of a bag, in a form that can be compared. */
interface Attributes {
  readonly alias?: string;
  /** The key ID in hex. */
  readonly localKeyId?: string;
  readonly trusted: boolean;
}

/** A private key from its bag. */
export interface FoundKey extends Attributes {
  readonly key: KeyObject;
}

/** A certificate from its bag. */
export interface FoundCertificate extends Attributes {
  readonly certificate: X509Certificate;
}

/**
 * Opens a bag.
 * @returns its content; undefined if that is neither a key nor an X.509 certificate, which Java ignores as well
 */
export function readBag(
  { bagId, bagValue, bagAttributes = [] }: SafeBag,
  password: string,
  limit: WorkLimit,
): FoundKey | FoundCertificate | undefined {
  switch (bagId) {
    case id_keyBag:
      return { ...readAttributes(bagAttributes), key: readStoredKey(toBuffer(bagValue)) };
    case id_pkcs8ShroudedKeyBag: {
      const bag = parsePart(bagValue, EncryptedPrivateKeyInfo, "key bag");
      const encrypted = {
        algorithm: bag.encryptionAlgorithm,
        data: toBuffer(bag.encryptedData.buffer),
      };
      const key = readStoredKey(decrypt(encrypted, password, limit, "a private key"));
      return { ...readAttributes(bagAttributes), key };
    }
    case id_certBag: {
      const bag = parsePart(bagValue, CertBag, "certificate bag");
      if (bag.certId !== id_x509Certificate) return undefined;
      const der = toBuffer(parsePart(bag.certValue, Octets, "certificate bag").buffer);
      return { ...readAttributes(bagAttributes), certificate: readStoredCertificate(der) };
    }
    default:
      return undefined;
  }
}

function readAttributes(attributes: NonNullable<SafeBag["bagAttributes"]>): Attributes {
  const values = new Map(attributes.map(({ attrId, attrValues: [first] }) => [attrId, first]));
  const alias = values.get(id_pkcs9_at_friendlyName);
  const localKeyId = values.get(id_pkcs9_at_localKeyId);
  return {
    ...(alias && { alias: parsePart(alias, FriendlyName, "alias").value }),
    ...(localKeyId && { localKeyId: toHex(parsePart(localKeyId, Octets, "key ID").buffer) }),
    trusted: values.has(TRUSTED_KEY_USAGE),
  };
}
