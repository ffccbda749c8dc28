/** Protection of a PKCS#12 store by its password: encryption and a MAC (RFC 7292 section 3.1). */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  timingSafeEqual,
} from "node:crypto";
import { MacData } from "@peculiar/asn1-pfx";
import { DigestInfo } from "@peculiar/asn1-rsa";
import { OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { encode, toBuffer } from "../der";
import { StoreError, otherPassword, wrongPassword } from "../stores/content";
import { ITERATIONS, derive, type Derivation, type Salts, type WorkLimit } from "./key-derivation";
import {
  OID,
  Octets,
  Pbes2Parameters,
  Pbkdf2Parameters,
  Pkcs12PbeParameters,
  cipherOf,
  digestOf,
  parsePart,
  prfOf,
  unsupported,
} from "./schema";

/** Content encrypted with a password, and the algorithm that was used. */
export interface Encrypted {
  readonly algorithm: AlgorithmIdentifier;
  readonly data: Uint8Array;
}

const KEY_LENGTH = 32;

/**
 * Encrypts with PBES2 (RFC 8018 section 6.2), PBKDF2-HMAC-SHA256 and AES-256-CBC, and names them as Java does.
 * @param label the name of this use of the salts
 */
export function encrypt(
  plain: Uint8Array,
  password: string,
  salts: Salts,
  label: string,
): Encrypted {
  const salt = salts(`${label} salt`, 20);
  const iv = salts(`${label} iv`, 16);
  const key = pbkdf2Sync(password, salt, ITERATIONS, KEY_LENGTH, "sha256");
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return {
    algorithm: pbes2(salt, iv),
    data: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

function pbes2(salt: Buffer, iv: Buffer): AlgorithmIdentifier {
  const derivation = Object.assign(new Pbkdf2Parameters(), {
    salt: new OctetString(salt),
    iterationCount: ITERATIONS,
    keyLength: KEY_LENGTH,
    prf: new AlgorithmIdentifier({ algorithm: OID.hmacWithSha256, parameters: null }),
  });
  const parameters = Object.assign(new Pbes2Parameters(), {
    keyDerivationFunc: algorithm(OID.pbkdf2, derivation),
    encryptionScheme: algorithm(OID.aes256Cbc, new OctetString(iv)),
  });
  return algorithm(OID.pbes2, parameters);
}

function algorithm(oid: string, parameters: unknown): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: oid, parameters: encode(parameters, oid) });
}

/**
 * Decrypts content from this or another tool. The MAC must already have shown that the password is the store's.
 * @param what the name of the content, for messages
 * @throws StoreError if the algorithm is not supported, or this part has another password
 */
export function decrypt(
  { algorithm, data }: Encrypted,
  password: string,
  limit: WorkLimit,
  what: string,
): Buffer {
  const { cipher, key, iv } = keyOf(algorithm, password, limit);
  try {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    // OpenSSL's message, e.g. "bad decrypt", would not help.
    throw otherPassword(what);
  }
}

interface CipherKey {
  readonly cipher: string;
  readonly key: Buffer;
  readonly iv: Buffer;
}

function keyOf(
  { algorithm, parameters }: AlgorithmIdentifier,
  password: string,
  limit: WorkLimit,
): CipherKey {
  switch (algorithm) {
    case OID.pbes2:
      return pbes2Key(
        parsePart(parameters, Pbes2Parameters, "encryption parameters"),
        password,
        limit,
      );
    case OID.pbeWithSha1And3Des: {
      const found = parsePart(parameters, Pkcs12PbeParameters, "encryption parameters");
      const from = {
        digest: digestOf(OID.sha1),
        password,
        salt: toBuffer(found.salt.buffer),
        iterations: limit.take(found.iterations),
      };
      return {
        cipher: "des-ede3-cbc",
        key: derive(from, "key", 24),
        iv: derive(from, "iv", 8),
      };
    }
    default:
      return unsupported(algorithm);
  }
}

function pbes2Key(
  { keyDerivationFunc, encryptionScheme }: Pbes2Parameters,
  password: string,
  limit: WorkLimit,
): CipherKey {
  if (keyDerivationFunc.algorithm !== OID.pbkdf2) unsupported(keyDerivationFunc.algorithm);
  const { salt, iterationCount, prf } = parsePart(
    keyDerivationFunc.parameters,
    Pbkdf2Parameters,
    "key derivation parameters",
  );
  const cipher = cipherOf(encryptionScheme.algorithm);
  const digest = prfOf(prf?.algorithm ?? OID.hmacWithSha1);
  const iterations = limit.take(iterationCount);
  return {
    cipher: cipher.name,
    key: pbkdf2Sync(password, toBuffer(salt.buffer), iterations, cipher.keyLength, digest),
    iv: toBuffer(parsePart(encryptionScheme.parameters, Octets, "initialization vector").buffer),
  };
}

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
