import assert from "node:assert/strict";
import { makeCa } from "../x509/make-certificate";
import { makeExistingPair } from "./existing";
import { goodExcept, load, problemsOf } from "./make-config";
import type { Refusal } from "./refusals";

const STACK = "organization/countersign/org-3";
const HEX = "0123456789abcdef".repeat(4);
const KEY = "enrollments.MyOrg3MSP";
const CA = { state: "trusted", certificate: makeCa() };

/** Returns the good configuration with one organization of another stack. */
function enrolling(enrollment: object) {
  return goodExcept({
    "authority/generations/g0": CA,
    "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"],
    enrollments: { MyOrg3MSP: enrollment },
  });
}

const enrolled = (enrollment: object) => load(enrolling(enrollment)).enrollments.get("MyOrg3MSP");

describe("an enrollment", () => {
  it("needs only the location of the request", () => {
    for (const request of [{ stack: STACK }, { file: "enrollments/MyOrg3MSP/request.pem" }])
      assert.deepEqual(enrolled({ request }), {
        request,
        terms: {
          commonName: undefined,
          dnsNames: [],
          publicKey: undefined,
          keyAlgorithms: ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"],
        },
        validityHours: 2160,
        renewBeforeHours: 720,
      });
  });

  it("has the configured settings", () => {
    const existing = makeExistingPair({ subject: [["O", "MyOrg3MSP"]] }).certificate;
    const colons = (HEX.toUpperCase().match(/../g) ?? []).join(":");
    assert.deepEqual(
      enrolled({
        request: { stack: STACK },
        commonName: "substra.org-3.example",
        dnsNames: ["substra.org-3.example", "org-3.example"],
        publicKey: `SHA256:${colons}`,
        certificate: {
          algorithms: ["Ed25519", "ECDSA-P384"],
          validity: "30d",
          renewBefore: "5d",
          existing,
        },
      }),
      {
        request: { stack: STACK },
        terms: {
          commonName: "substra.org-3.example",
          dnsNames: ["substra.org-3.example", "org-3.example"],
          publicKey: HEX,
          keyAlgorithms: ["Ed25519", "ECDSA-P384"],
        },
        validityHours: 720,
        renewBeforeHours: 120,
        existing,
      },
    );
  });

  it("can be one of several, in the order of their MSP IDs", () => {
    const request = { stack: STACK };
    const { enrollments } = load({
      ...goodExcept({ organizations: undefined }),
      orchestrator: { channels: { mychannel: { organizations: ["B", "A"] } } },
      enrollments: { B: { request }, A: { request } },
    });
    assert.deepEqual([...enrollments.keys()], ["A", "B"]);
  });
});

const request = { stack: STACK };
const issuing = (certificate: object) => ({ request, certificate });
const host = "write a host name in lower case, without scheme, port or wildcard";
const one = `${KEY}.request: needs the organization's stack or a file; write either stack or file`;
const fingerprint = "write a SHA-256 fingerprint, 64 hex digits";
const algorithms = "RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, Ed25519";
const rows: Refusal[] = [
  ["nothing", {}, `${KEY}.request: is missing; it must be a map`],
  ["neither stack nor file", { request: {} }, one],
  ["both", { request: { stack: STACK, file: "request.pem" } }, one],
  [
    "the short name of a stack",
    { request: { stack: "org-3" } },
    `${KEY}.request.stack: found "org-3"; write <organization>/<project>/<stack>, or organization/<project>/<stack> on a self-managed backend`,
  ],
  [
    "an empty file name",
    { request: { file: "" } },
    `${KEY}.request.file: found a text of 0 characters; must have at least 1 character`,
  ],
  [
    "a directory, which is for the organization's stack",
    { request: { directory: "enrollments" } },
    `${KEY}.request.directory: is not a known key; the known keys are stack, file`,
    one,
  ],
  [
    "the request itself",
    { request: "-----BEGIN CERTIFICATE REQUEST-----" },
    `${KEY}.request: found a text of 35 characters; must be a map`,
  ],
  [
    "an unknown key",
    { request, hostname: "substra.org-3.example" },
    `${KEY}.hostname: is not a known key; the known keys are request, commonName, dnsNames, publicKey, certificate`,
  ],
  [
    "names that no certificate should have",
    { request, commonName: " org-3", dnsNames: ["*.org-3.example", "ok.example", "10.0.0.1"] },
    `${KEY}.commonName: must not begin or end with a space, or contain control characters`,
    `${KEY}.dnsNames[0]: found "*.org-3.example"; ${host}`,
    `${KEY}.dnsNames[2]: found "10.0.0.1", an IP address; an organization's certificate is for a client, which nobody dials, so only names are granted`,
  ],
  [
    "a name that is too long for a subject",
    { request, commonName: "a".repeat(65) },
    `${KEY}.commonName: found a text of 65 characters; must have at most 64 characters`,
  ],
  [
    "something that is not a fingerprint",
    { request, publicKey: "0123" },
    `${KEY}.publicKey: found "0123", which is not a fingerprint; ${fingerprint}`,
  ],
  [
    "a public key instead of its fingerprint",
    { request, publicKey: "-----BEGIN PUBLIC KEY-----\nMARKER" },
    `${KEY}.publicKey: found a text of 33 characters, which has "-" at position 1, which is neither a hex digit nor a colon; ${fingerprint}`,
  ],
  [
    "first use, which is for CAs",
    { request, publicKey: "first-use" },
    `${KEY}.publicKey: found "first-use", which is not a fingerprint; ${fingerprint}`,
  ],
  [
    "no key algorithm",
    issuing({ algorithms: [] }),
    `${KEY}.certificate.algorithms: must have at least 1 entry`,
  ],
  [
    "an unsupported key algorithm",
    issuing({ algorithms: ["ECDSA-P256", "ECDSA-P521"] }),
    `${KEY}.certificate.algorithms[1]: found "ECDSA-P521"; must be one of ${algorithms}`,
  ],
  [
    "the organization's own choice of an algorithm",
    issuing({ algorithm: "ECDSA-P256" }),
    `${KEY}.certificate.algorithm: is not a known key; the known keys are algorithms, validity, renewBefore, existing`,
  ],
  [
    "a renewal window as long as the validity",
    issuing({ validity: "30d", renewBefore: "30d" }),
    `${KEY}.certificate.renewBefore: 30d must be shorter than validity (30d), or the certificate would be renewed at every up`,
  ],
  [
    "a private key, which stays with the organization",
    issuing({ key: makeExistingPair().key }),
    `${KEY}.certificate.key: is not a known key; the known keys are algorithms, validity, renewBefore, existing`,
  ],
  [
    "a private key instead of the certificate",
    issuing({ existing: makeExistingPair().key }),
    `${KEY}.certificate.existing: the certificate: a PRIVATE KEY block instead of a CERTIFICATE. A private key stays with its owner: treat this one as exposed and make a new one.`,
  ],
];

describe("an enrollment is refused", () => {
  for (const [title, enrollment, ...problems] of rows)
    it(`with ${title}`, () => {
      assert.deepEqual(problemsOf(enrolling(enrollment)), problems);
    });
});
