import { createHmac, timingSafeEqual } from "node:crypto";

import { MacData } from "@peculiar/asn1-pfx";
import { DigestInfo } from "@peculiar/asn1-rsa";
import { OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

import { toBuffer } from "../der";
import { StoreError } from "../stores/content";
import { wrongPassword } from "../stores/read-parts";
import { OID, digestOf } from "./algorithms";
import { ITERATIONS, derive, type Derivation, type Salts, type WorkLimit } from "./key-derivation";

/** Creates the MAC (RFC 7292 section 4), which lets readers detect a wrong password or a changed store. */
export function makeMac(content: Uint8Array, password: string, salts: Salts): MacData {
  const salt = salts("mac salt", 20);
  const from = { digest: digestOf(OID.sha256), password, salt, iterations: ITERATIONS };
  return new MacData({
    mac: new DigestInfo({
      digestAlgorithm: new AlgorithmIdentifier({ algorithm: OID.sha256, parameters: null }),
      digest: new OctetString(macOf(content, from)),
    }),
    macSalt: new OctetString(salt),
    iterations: ITERATIONS,
  });
}

/**
 * Checks the MAC of a store.
 * @throws StoreError if the MAC is missing, of an unknown algorithm or wrong
 */
export function checkMac(
  { mac, macSalt, iterations }: MacData,
  content: Uint8Array,
  password: string,
  limit: WorkLimit,
): void {
  const { algorithm } = mac.digestAlgorithm;
  // The parser returns an empty algorithm if there is no MAC.
  if (algorithm === "")
    throw new StoreError(
      "The store has no MAC: nothing shows who wrote it, so it is not read. Write it with a password.",
    );
  const digest = digestOf(algorithm);
  const salt = toBuffer(macSalt.buffer);
  const expected = macOf(content, {
    digest,
    password,
    salt,
    iterations: limit.take(iterations),
  });
  const found = toBuffer(mac.digest.buffer);
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) throw wrongPassword();
}

function macOf(content: Uint8Array, from: Derivation): Buffer {
  const { name, length } = from.digest;
  return createHmac(name, derive(from, "mac", length))
    .update(content)
    .digest();
}
