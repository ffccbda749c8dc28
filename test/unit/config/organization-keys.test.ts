import assert from "node:assert/strict";
import { makeCa, makeLeaf } from "../x509/make-certificate";
import { PUBLISHED, PUBLISHED_KEY_PEM, PUBLISHED_NAME } from "../x509/make-published";
import { makeExistingPair } from "./existing";
import { goodExcept, load, problemsOf } from "./make-config";
import { refuses } from "./refusals";

const KEY = "organizations.MyOrg1MSP.certificate";
const PAIR = makeExistingPair({ subject: [["O", "MyOrg1MSP"]] });
const OTHER = makeExistingPair({ subject: [["O", "MyOrg1MSP"]], keys: "otherP256" });
/** The CA of both pairs, as a generation. */
const TRUSTED = { state: "trusted", certificate: makeCa() };
const at = (certificate: object) => ({ "organizations/MyOrg1MSP/certificate": certificate });

function organization(certificate: object) {
  const changes = { ...at(certificate), "authority/generations/g0": TRUSTED };
  const found = load(goodExcept(changes)).organizations.get("MyOrg1MSP");
  assert.ok(found);
  return found;
}

describe("the keys of an organization", () => {
  it("are k1 alone by default", () => {
    const { keys } = organization({});
    assert.deepEqual(keys, { names: ["k1"], algorithm: "ECDSA-P256", existing: undefined });
    assert.deepEqual(organization({ keys: ["k2", "next-one"] }).keys.names, ["k2", "next-one"]);
  });

  it('are the existing one if it is configured, named "existing"', () => {
    const { keys, issuance } = organization({ existing: PAIR.certificate, key: PAIR.key });
    assert.deepEqual(keys, { names: ["existing"], algorithm: "ECDSA-P256", existing: PAIR.key });
    assert.deepEqual(issuance, {
      kind: "here",
      validityHours: 2160,
      renewBeforeHours: 720,
      existing: PAIR.certificate,
    });
  });

  it("are accepted as SEC1 too, and are read in canonical form, whatever an editor has changed", () => {
    for (const pem of [PAIR.key, PAIR.sec1])
      for (const key of [
        pem,
        pem.replaceAll("\n", "\r\n"),
        `\uFEFF${pem.replaceAll("\n", " \n")}`,
      ]) {
        const existing = `\uFEFF${PAIR.certificate.replaceAll("\n", "\t\r\n")}`;
        const { keys, issuance } = organization({ existing, key });
        assert.equal(keys.existing, pem);
        assert.equal(issuance.kind === "here" && issuance.existing, PAIR.certificate);
      }
  });

  it("may replace the existing one, whose certificate is then ignored", () => {
    const { keys, issuance } = organization({
      existing: PAIR.certificate,
      key: PAIR.key,
      keys: ["existing", "k2"],
    });
    assert.deepEqual(keys.names, ["existing", "k2"]);
    assert.deepEqual(issuance, { kind: "here", validityHours: 2160, renewBeforeHours: 720 });
  });

  const name =
    "name keys with 1 to 16 lower-case letters, digits and hyphens, starting with a letter, for example k2";
  const noKey = `${KEY}.keys: lists "existing", but there is no such key; set certificate.key as a secret`;
  refuses([
    ["no key at all", at({ keys: [] }), `${KEY}.keys: must have at least 1 entry`],
    [
      "a text for the list",
      at({ keys: "k1" }),
      `${KEY}.keys: found a text of 2 characters; must be a list`,
    ],
    ["a key twice", at({ keys: ["k1", "k2", "k1"] }), `${KEY}.keys: lists a key twice`],
    [
      "names that a resource cannot have",
      at({ keys: ["K1", "1k", "k.1", "", "k".repeat(17), "k1"] }),
      ...[0, 1, 2, 3, 4].map((position) => `${KEY}.keys[${position}]: ${name}`),
    ],
    ["an existing key that is not configured", at({ keys: ["existing"] }), noKey],
    [
      "an existing key that nothing uses",
      at({ keys: ["k1"], existing: PAIR.certificate, key: PAIR.key }),
      `${KEY}.keys: does not list "existing", so nothing would use the given key: remove key and existing`,
    ],
    [
      "a certificate without its key",
      at({ existing: PAIR.certificate }),
      `${KEY}.key: is missing: the existing certificate needs its private key, as a secret`,
    ],
    [
      "a key without its certificate",
      at({ key: PAIR.key }),
      `${KEY}.existing: is missing: the given key needs its certificate`,
    ],
    [
      "a key of another certificate",
      at({ existing: PAIR.certificate, key: OTHER.key }),
      `${KEY}.key: does not belong to the existing certificate`,
    ],
    [
      "a key with an unsupported algorithm",
      at({ existing: PAIR.certificate, key: makeExistingPair({ keys: "p521" }).key }),
      `${KEY}.key: has the algorithm ECDSA-P521; use one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, Ed25519`,
    ],
    [
      "an encrypted key",
      at({ existing: PAIR.certificate, key: PAIR.encrypted }),
      `${KEY}.key: the key: an ENCRYPTED PRIVATE KEY block instead of a PRIVATE KEY. A passphrase-encrypted key: decrypt it first with \`openssl pkey -in encrypted.pem -out key.pem\`.`,
    ],
    [
      "a certificate instead of the key",
      at({ existing: PAIR.certificate, key: PAIR.certificate }),
      `${KEY}.key: the key: a CERTIFICATE block instead of a PRIVATE KEY.`,
    ],
    [
      "a key instead of the certificate",
      at({ existing: PAIR.key, key: PAIR.key }),
      `${KEY}.existing: the certificate: a PRIVATE KEY block instead of a CERTIFICATE. A private key stays with its owner: treat this one as exposed and make a new one.`,
    ],
    [
      "a pair whose private key is published",
      at({ existing: makeLeaf({ keys: PUBLISHED }), key: PUBLISHED_KEY_PEM }),
      `${KEY}.existing: has ${PUBLISHED_NAME}: everybody has its private key`,
      `${KEY}.key: is ${PUBLISHED_NAME}: everybody has it`,
    ],
    [
      "a key that is not a text",
      at({ existing: PAIR.certificate, key: { pem: "hunter2" } }),
      `${KEY}.key: found a map; must be a text`,
    ],
    [
      "a chain instead of the certificate",
      at({ existing: PAIR.certificate + OTHER.certificate, key: PAIR.key }),
      `${KEY}.existing: the certificate: 2 CERTIFICATE blocks, expected exactly one.`,
    ],
  ]);

  it("may include an existing one without its certificate if another stack signs", () => {
    const signedBy = { stack: "organization/countersign/consortium", trust: ["first-use"] };
    const sections = (certificate: object) => ({
      organizations: { MyOrg1MSP: { hostname: "substra.org-1.example", signedBy, certificate } },
    });
    const { organizations } = load(sections({ key: PAIR.key, keys: ["existing", "k2"] }));
    assert.deepEqual(organizations.get("MyOrg1MSP")?.keys, {
      names: ["existing", "k2"],
      algorithm: "ECDSA-P256",
      existing: PAIR.key,
    });
    const unused = sections({ key: PAIR.key, keys: ["k1"] });
    assert.deepEqual(problemsOf(unused), [
      `${KEY}.keys: does not list "existing", so nothing would use the given key: remove key`,
    ]);
    assert.deepEqual(problemsOf(sections({ keys: ["existing"] })), [noKey]);
    const decided = sections({ key: PAIR.key, existing: PAIR.certificate });
    assert.deepEqual(problemsOf(decided), [
      `${KEY}.existing: is decided by the stack that signs (signedBy), in its enrollments; remove it`,
    ]);
  });
});

describe("the orchestrator's existing pair", () => {
  const server = makeExistingPair({ keys: "ed25519" });
  const KEY_OF_SERVER = "orchestrator.certificate";
  refuses([
    [
      "a key without its certificate",
      { "orchestrator/certificate": { key: PAIR.key } },
      `${KEY_OF_SERVER}.existing: is missing: the given key needs its certificate`,
    ],
    [
      "a certificate without its key",
      { "orchestrator/certificate": { existing: PAIR.certificate } },
      `${KEY_OF_SERVER}.key: is missing: the existing certificate needs its private key, as a secret`,
    ],
    [
      "a key of another certificate",
      { "orchestrator/certificate": { existing: PAIR.certificate, key: OTHER.key } },
      `${KEY_OF_SERVER}.key: does not belong to the existing certificate`,
    ],
    [
      "a pair with which no backend could connect",
      { "orchestrator/certificate": { existing: server.certificate, key: server.key } },
      `${KEY_OF_SERVER}.existing: is for an Ed25519 key, with which no backend could connect (its gRPC library refuses servers with such a key); remove it and its key to have new ones created`,
    ],
  ]);
});
