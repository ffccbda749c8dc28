import assert from "node:assert/strict";

import { makeCa } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { PUBLISHED, PUBLISHED_NAME } from "../x509/make-published";
import { load } from "./make-config";
import { refuses, type Refusal } from "./refusals";

const KEY = "authority.generations.g1";
const generations = "authority/generations";

describe("the generations of a CA", () => {
  const sign = (found: string) =>
    `authority.generations: exactly one generation must sign, but found ${found}; set "state: signing" on one and "state: trusted" on the others`;
  const name =
    "name generations with 1 to 16 lower-case letters, digits and hyphens, starting with a letter, for example g1";
  const signing = { state: "signing" };
  refuses([
    ["two that sign", { [generations]: { g1: signing, g2: signing } }, sign("g1 and g2")],
    ["none that signs", { [generations]: { g1: { state: "trusted" } } }, sign("none")],
    ["none at all", { [generations]: {} }, sign("none")],
    [
      "names that do not begin with a small letter, or are too long",
      { [generations]: { G1: signing, "1g": signing, "g.1": signing, ["g".repeat(17)]: signing } },
      `authority.generations.G1: ${name}`,
      `authority.generations["1g"]: ${name}`,
      `authority.generations["g.1"]: ${name}`,
      `authority.generations.${"g".repeat(17)}: ${name}`,
    ],
    [
      "a list of them",
      { [generations]: [signing] },
      "authority.generations: found a list; must be a map",
    ],
    [
      "an unknown state",
      { [`${generations}/g1/state`]: "retired" },
      `${KEY}.state: found "retired"; must be one of trusted, signing`,
    ],
  ]);
});

const CA = makeCa();
const CA_KEY = pem("p384");

function pem(name: "p256" | "p384"): string {
  return keys(name).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function encrypted(type: "pkcs8" | "sec1"): string {
  const { privateKey } = keys("p384");
  const how = { format: "pem", cipher: "aes-256-cbc", passphrase: "hunter2" } as const;
  return privateKey.export({ type, ...how }).toString();
}

describe("an existing CA", () => {
  const existing = { state: "signing", certificate: CA, key: CA_KEY };

  it("is accepted with its key, in PKCS#8 or SEC1, and with Windows line ends", () => {
    const sec1 = keys("p384").privateKey.export({ type: "sec1", format: "pem" }).toString();
    for (const key of [CA_KEY, sec1, CA_KEY.replaceAll("\n", "\r\n")]) {
      const { authority } = load({
        authority: {
          subject: { commonName: "Consortium CA" },
          generations: { g1: { ...existing, key }, g0: { state: "trusted", certificate: CA } },
        },
      });
      assert.deepEqual(authority?.generations, {
        g0: { kind: "existing", state: "trusted", certificate: CA },
        g1: { kind: "existing", state: "signing", certificate: CA, key },
      });
    }
  });

  const decrypt =
    "A passphrase-encrypted key: decrypt it first with `openssl pkey -in encrypted.pem -out key.pem`.";
  const rows: [string, object, ...string[]][] = [
    [
      "another CA's key",
      { key: pem("p256") },
      `${KEY}.key: does not belong to the certificate of CN=Test CA`,
    ],
    [
      "a key encrypted as PKCS#8",
      { key: encrypted("pkcs8") },
      `${KEY}.key: the CA key: an ENCRYPTED PRIVATE KEY block instead of a PRIVATE KEY. ${decrypt}`,
    ],
    [
      "a key encrypted like older OpenSSL does",
      { key: encrypted("sec1") },
      `${KEY}.key: the CA key: ${decrypt}`,
    ],
    [
      "a truncated key",
      { key: CA_KEY.slice(0, 120) },
      `${KEY}.key: the CA key: a PRIVATE KEY block without its END line: cut off or indented?`,
    ],
    [
      "an invalid key",
      { key: CA_KEY.replace(/\n.{64}\n/, "\nTUlJ\n") },
      `${KEY}.key: the CA key: a PRIVATE KEY block whose content is not a key.`,
    ],
    ["a key of another type", { key: 12345 }, `${KEY}.key: found a number; must be a text`],
    [
      "a certificate instead of the key",
      { key: CA },
      `${KEY}.key: the CA key: a CERTIFICATE block instead of a PRIVATE KEY.`,
    ],
    [
      "no key to sign with",
      { key: undefined },
      `${KEY}.key: is missing: a signing generation needs the CA's private key, as a secret`,
    ],
    [
      "a key without its certificate",
      { certificate: undefined },
      `${KEY}.key: is given without the certificate it belongs to`,
    ],
    [
      "a CA whose private key is published",
      { certificate: makeCa({ keys: PUBLISHED }) },
      `${KEY}.certificate: has ${PUBLISHED_NAME}: everybody has its private key`,
    ],
    [
      "two certificates",
      { certificate: CA + CA },
      `${KEY}.certificate: the certificate: 2 CERTIFICATE blocks, expected exactly one. The CAs above it belong in \`chain\`, next to \`certificate\`.`,
    ],
    [
      "a path instead of the certificate",
      { certificate: "ca.pem" },
      `${KEY}.certificate: the certificate holds no PEM block: it should begin with a line \`-----BEGIN …-----\`.`,
    ],
    [
      "a private key instead of the certificate",
      { certificate: CA_KEY },
      `${KEY}.certificate: the certificate: a PRIVATE KEY block instead of a CERTIFICATE. A private key stays with its owner: treat this one as exposed and make a new one.`,
    ],
    [
      "settings that the certificate determines",
      { algorithm: "ECDSA-P384", validity: "10y" },
      `${KEY}.algorithm: is determined by the given certificate; remove one of the two`,
      `${KEY}.validity: is determined by the given certificate; remove one of the two`,
    ],
  ];
  refuses(
    rows.map(([title, change, ...problems]): Refusal => [
      title,
      { [`${generations}/g1`]: { ...existing, ...change } },
      ...problems,
    ]),
  );
});
