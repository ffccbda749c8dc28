import assert from "node:assert/strict";
import * as asn1 from "@peculiar/asn1-x509";
import { acceptAdmission, type Applicant } from "../../../enrollment/admission";
import { expectedOf, type SubstraAdmission } from "../../../systems/substra/admission";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../x509/make-certificate";
import { keys, spkiOf } from "../x509/make-keys";
import { PUBLISHED, PUBLISHED_NAME } from "../x509/make-published";
import { makeRequest } from "../x509/make-request";
import { AT, FINGERPRINTS, G1, G2, makeAdmission, makeLeafOfG2 } from "./make-admission";

const ORIGIN = "stack a/b/consortium";
const AUTHORITIES = {
  g1: { state: "trusted", certificate: G1 },
  g2: { state: "signing", certificate: G2 },
} as const;

const DEFAULT_CA = makeCa({ subject: [["CN", "Default CA"]], keys: PUBLISHED });

const applicant = (changes: Partial<Applicant> = {}): Applicant => ({
  ...expectedOf("MyOrg1MSP"),
  requests: { k1: makeRequest() },
  trust: { fingerprints: [FINGERPRINTS.g1], firstUse: false },
  firstUse: undefined,
  ...changes,
});

const accept = (admission: SubstraAdmission, changes: Partial<Applicant> = {}, at = AT) =>
  acceptAdmission(admission, applicant(changes), at, ORIGIN);

describe("an admission", () => {
  it("is accepted for its key, with the trusted CAs", () => {
    const admission = makeAdmission();
    const requests = { k2: makeRequest({ keys: keys("otherP256") }), k1: makeRequest() };
    assert.deepEqual(accept(admission, { requests }), {
      admission,
      key: "k1",
      trusted: [{ name: "g1", certificate: readCertificate(G1) }],
      warnings: [],
      setbacks: [],
    });
  });

  it("is accepted with a warning about other CAs that it offers", () => {
    const admission = makeAdmission({ authorities: AUTHORITIES });
    const { trusted, warnings } = accept(admission);
    assert.deepEqual(
      trusted.map(({ name }) => name),
      ["g1"],
    );
    assert.deepEqual(warnings, [
      `${ORIGIN} also offers CA generation g2 (CN=Second CA, SHA-256 ${FINGERPRINTS.g2}), which is not trusted: before the consortium lets it sign, compare the fingerprint over another channel and add it to countersign:organizations.MyOrg1MSP.signedBy.trust`,
    ]);
  });

  it("is accepted by a trusted CA that also has another, unknown certificate", () => {
    const renewed = makeCa({ notAfter: "2040-12-31T00:00:00Z" });
    const authorities = {
      ...makeAdmission().authorities,
      g9: { ...AUTHORITIES.g2, certificate: renewed },
    };
    const { trusted, warnings } = accept(makeAdmission({ authorities }));
    assert.deepEqual([trusted.map(({ name }) => name), warnings.length], [["g1"], 1]);
  });

  it("is for another key if it is for none of the organization's keys", () => {
    const certificate = makeLeaf({ keys: keys("otherP256") });
    const message = (names: string) =>
      `the certificate of MyOrg1MSP from ${ORIGIN} is for none of its keys (${names})`;
    const requests = { k1: makeRequest(), k2: makeRequest({ keys: keys("p384") }) };
    assert.throws(() => accept(makeAdmission({ certificate }), { requests }), {
      name: "ForAnotherKey",
      message: message("k1, k2"),
    });
    assert.throws(() => accept(makeAdmission({ certificate }), { requests: {} }), {
      name: "ForAnotherKey",
      message: message("none yet"),
    });
  });

  it("is refused if it cannot be read", () => {
    assert.throws(() => accept(makeAdmission({ certificate: G1 + G1 })), {
      name: "PemError",
      message: `the certificate of MyOrg1MSP from ${ORIGIN}: 2 CERTIFICATE blocks, expected exactly one.`,
    });
  });

  const notListed = (name: "g1" | "g2", subject: string) =>
    `its CA, generation ${name} (${subject}, SHA-256 ${FINGERPRINTS[name]}), is not one that countersign:organizations.MyOrg1MSP.signedBy.trust lists: ask the consortium for the fingerprint over another channel, compare it, and add it there`;
  const refusals: [string, Partial<SubstraAdmission>, string[], Partial<Applicant>?, Date?][] = [
    [
      "for another organization",
      { certificate: makeLeaf({ subject: [["O", "MyOrg2MSP"]] }) },
      ['its organization (O) is "MyOrg2MSP", but the orchestrator expects "MyOrg1MSP"'],
    ],
    [
      "for two organizations",
      {
        certificate: makeLeaf({
          subject: [
            ["O", "MyOrg1MSP"],
            ["O", "MyOrg2MSP"],
          ],
        }),
      },
      [
        'its organization (O) is "MyOrg1MSP", "MyOrg2MSP", but the orchestrator expects "MyOrg1MSP"',
      ],
    ],
    [
      "for nobody",
      { certificate: makeLeaf({ subject: [["CN", "MyOrg1MSP"]] }) },
      ['its organization (O) is none, but the orchestrator expects "MyOrg1MSP"'],
    ],
    [
      "for servers",
      { certificate: makeLeaf({ purposes: [asn1.id_kp_serverAuth] }) },
      ["the certificate is for serverAuth, not for clientAuth."],
    ],
    [
      "that has expired",
      {},
      ["the certificate expired on 2026-01-01T00:00:00.000Z."],
      {},
      new Date("2026-01-02T00:00:00Z"),
    ],
    [
      "by a CA that nobody offers",
      { certificate: makeLeaf({ issuer: [["CN", "Other CA"]] }) },
      ['its issuer CN=Other CA is not trusted; trusted: "CN=Test CA".'],
    ],
    [
      "by a CA that is offered but not listed",
      { certificate: makeLeafOfG2(), authorities: AUTHORITIES },
      [notListed("g2", "CN=Second CA")],
    ],
    [
      "by a CA that is not the one of the first use",
      { certificate: makeLeafOfG2(), authorities: AUTHORITIES },
      [notListed("g2", "CN=Second CA")],
      { trust: { fingerprints: [], firstUse: true }, firstUse: [FINGERPRINTS.g1] },
    ],
    [
      "by a CA that is not listed",
      {},
      [notListed("g1", "CN=Test CA")],
      { trust: { fingerprints: ["00"], firstUse: false } },
    ],
    [
      "for a published key, with a CA whose key is published",
      {
        certificate: makeLeaf({ keys: PUBLISHED }),
        authorities: { ...AUTHORITIES, g2: { state: "trusted", certificate: DEFAULT_CA } },
      },
      [
        `it has ${PUBLISHED_NAME}: everybody has its private key`,
        `CA generation g2 (CN=Default CA) has ${PUBLISHED_NAME}: everybody has its private key`,
      ],
      { requests: { k1: makeRequest({ spki: spkiOf(PUBLISHED.publicKey) }) } },
    ],
    [
      "for several reasons, with all of them",
      {
        certificate: makeLeafOfG2({ subject: [], purposes: [asn1.id_kp_serverAuth] }),
        authorities: AUTHORITIES,
      },
      [
        'its organization (O) is none, but the orchestrator expects "MyOrg1MSP"',
        notListed("g2", "CN=Second CA"),
        "the certificate is for serverAuth, not for clientAuth.",
      ],
    ],
  ];
  for (const [what, changes, problems, who, at] of refusals) {
    it(`is refused ${what}`, () => {
      assert.throws(() => accept(makeAdmission(changes), who, at), {
        name: "AdmissionRefused",
        message: `the certificate of MyOrg1MSP from ${ORIGIN} is refused, and nothing was changed:${problems
          .map((problem) => `\n  - ${problem}`)
          .join("")}`,
      });
    });
  }
});
