import assert from "node:assert/strict";
import * as asn1 from "@peculiar/asn1-x509";
import { makeCa, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeExtension } from "../x509/make-names";
import { makeCaBelow, makePolicyCa, makeRoot } from "../x509/make-path";
import { goodExcept, problemsOf } from "./make-config";

const SUBSTRA = "BoringSSL (the backends), Go (the orchestrator) and OpenSSL (countersign verify)";
const SIGNING =
  "Have the CA's certificate reissued without this problem, provide another CA, or let this stack create a generation.";
const TRUSTED = "Provide a certificate of that CA without this problem, or remove the generation.";
const constraints = (content: asn1.NameConstraints) =>
  makeExtension(asn1.id_ce_nameConstraints, content, true);
const within = (base: Partial<asn1.GeneralName>) =>
  constraints(
    new asn1.NameConstraints({
      permittedSubtrees: new asn1.GeneralSubtrees([
        new asn1.GeneralSubtree({ base: new asn1.GeneralName(base) }),
      ]),
    }),
  );

type KeyName = Parameters<typeof keys>[0];

/** Creates a self-signed CA and its key. */
function own(name: KeyName, options: CertificateOptions = {}) {
  const pair = keys(name);
  const certificate = makeCa({ keys: pair, signer: pair, ...options });
  return { certificate, key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

function problems(
  state: "signing" | "trusted",
  options: CertificateOptions = {},
  name: KeyName = "p384",
): string[] {
  const { certificate, key } = own(name, options);
  const generations =
    state === "signing"
      ? { g1: { state, certificate, key } }
      : { g0: { state, certificate }, g1: { state: "signing" } };
  const before = `authority.generations.${state === "signing" ? "g1" : "g0"}.certificate: `;
  const after = ` ${state === "signing" ? SIGNING : TRUSTED}`;
  return problemsOf(goodExcept({ "authority/generations": generations })).map((problem) => {
    assert.ok(problem.startsWith(before) && problem.endsWith(after), problem);
    return problem.slice(before.length, -after.length);
  });
}

describe("an existing CA", () => {
  describe("to sign", () => {
    const rows: [string, CertificateOptions, ...string[]][] = [
      ["from openssl req -x509, without key usage", { keyUsage: null }],
      [
        "for all purposes that it will sign for",
        { purposes: [asn1.id_kp_serverAuth, asn1.id_kp_clientAuth] },
      ],
      [
        "whose constraints permit everything that it will sign",
        { extensions: [within({ dNSName: "" })] },
      ],
      ["that signed itself with SHA-1, which nobody checks", { digest: "sha1" }],
      [
        "that is not a CA",
        { withoutBasicConstraints: true },
        "CN=Test CA is not a CA: its basic constraints lack CA:TRUE, which Go (the orchestrator) refuses.",
      ],
      [
        "that may not sign certificates",
        { keyUsage: asn1.KeyUsageFlags.cRLSign },
        `CN=Test CA may not sign certificates (its key usage is cRLSign), which ${SUBSTRA} refuse.`,
      ],
      [
        "without a key identifier",
        { subjectKeyId: null },
        "CN=Test CA has no subject key identifier, which verifiers use to find the CA of a certificate.",
      ],
      [
        "with a negative serial number",
        { serialNumber: "ff01" },
        "CN=Test CA has a negative serial number, which Go (the orchestrator) refuses.",
      ],
      [
        "for servers only, as cert-manager used to create it",
        { purposes: [asn1.id_kp_serverAuth] },
        "CN=Test CA is limited to serverAuth (extended key usage), but is to sign certificates of clients (clientAuth), which Go (the orchestrator) and OpenSSL (countersign verify) refuse.",
      ],
      [
        "for another domain",
        { extensions: [within({ dNSName: "corp.example" })] },
        `CN=Test CA permits only names within "corp.example", not "orchestrator-server", "orchestrator-server.orchestrator", "orchestrator-server.orchestrator.svc" and 1 more, which ${SUBSTRA} refuse.`,
      ],
      [
        "with constraints that Go does not support",
        { extensions: [within({ registeredID: "1.2.3" })] },
        "CN=Test CA constrains names that are neither DNS names nor IP addresses, which Go (the orchestrator) refuses.",
      ],
      [
        "that is not valid yet",
        { notBefore: "2029-12-01T00:00:00Z" },
        `CN=Test CA is valid only from 2029-12-01T00:00:00.000Z; until then ${SUBSTRA} refuse whatever it signs.`,
      ],
      [
        "that has expired",
        { notAfter: "2026-01-02T03:04:05Z" },
        `CN=Test CA expired on 2026-01-02T03:04:05.000Z, which ${SUBSTRA} refuse.`,
      ],
    ];
    for (const [title, options, ...expected] of rows)
      it(`is ${expected.length > 0 ? "refused" : "accepted"}: one ${title}`, () => {
        assert.deepEqual(problems("signing", options), expected);
      });

    it("may have an ECDSA-P521 key", () => {
      assert.deepEqual(problems("signing", {}, "p521"), []);
    });

    it("is refused with a key that cannot sign here, for that reason and because of those who refuse it", () => {
      assert.deepEqual(problems("signing", {}, "secp256k1"), [
        "CN=Test CA has an ECDSA-secp256k1 key, which BoringSSL (the backends) and Go (the orchestrator) refuse.",
        "CN=Test CA has a key of kind ECDSA-secp256k1, which cannot sign certificates here; a CA signs with an RSA, ECDSA-P256, ECDSA-P384, ECDSA-P521 or Ed25519 key.",
      ]);
    });
  });

  describe("below another CA", () => {
    const root = makeRoot();
    const key = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const missing = (what: string) =>
      `authority.generations.g1.chain: is missing: ${what}, which was not given. Write the certificates of all CAs above it there, up to the root.`;
    const choreo = {
      ...{ project: "greeter", target: { console: {} } },
      components: {
        server: { server: { projectUrl: "http://server-1:8443/greeter" } },
        client: { client: { identity: "me", calls: { server: "SERVER_URL" } } },
      },
    };
    const said = (generation: object, sections: object = choreoOnly()) =>
      problemsOf({
        ...sections,
        authority: {
          subject: { commonName: "CA" },
          generations: { g1: { state: "signing", key, ...generation } },
        },
      });
    function choreoOnly() {
      return { choreo };
    }
    const substraOnly = goodExcept({});

    it("is accepted with all CAs above it, in any order and with itself among them", () => {
      const certificate = makeCaBelow("Policy CA");
      const chain = certificate + root + makePolicyCa();
      for (const sections of [choreoOnly(), substraOnly])
        assert.deepEqual(said({ certificate, chain }, sections), []);
    });

    it("is refused without them, whoever reads it", () => {
      const certificate = makeCaBelow();
      for (const sections of [choreoOnly(), substraOnly])
        assert.deepEqual(said({ certificate }, sections), [
          missing("CN=Test CA is issued by CN=Root"),
        ]);
    });

    it("has its chain in a separate key", () => {
      const certificate = makeCaBelow();
      assert.deepEqual(said({ certificate: certificate + root }), [
        "authority.generations.g1.certificate: the certificate: 2 CERTIFICATE blocks, expected exactly one. The CAs above it belong in `chain`, next to `certificate`.",
      ]);
      assert.deepEqual(said({ key: undefined, chain: root }), [
        "authority.generations.g1.chain: is given without the certificate of the CA below it",
      ]);
    });

    const rows: [string, CertificateOptions, string][] = [
      [
        "has expired",
        { notAfter: "2026-01-02T03:04:05Z" },
        "CN=Root expired on 2026-01-02T03:04:05.000Z, which OpenSSL (in Node.js and Python) refuses.",
      ],
      [
        "is for clients only",
        { purposes: [asn1.id_kp_clientAuth] },
        "CN=Root is limited to clientAuth (extended key usage), but is to sign certificates of servers (serverAuth), which OpenSSL (in Node.js and Python) refuses.",
      ],
      [
        "is for another domain",
        { extensions: [within({ dNSName: "corp.example" })] },
        'CN=Root permits only names within "corp.example", not "server-1", which OpenSSL (in Node.js and Python) refuses.',
      ],
      [
        "is not readable for Go",
        { serialNumber: "ff01" },
        "CN=Root has a negative serial number, which Go (components in Go) refuses.",
      ],
    ];
    for (const [title, options, expected] of rows)
      it(`is refused for Choreo, whose components also get the root, if the root ${title}, and for no other system`, () => {
        const generation = { certificate: makeCaBelow(), chain: makeRoot(options) };
        assert.deepEqual(said(generation), [
          `authority.generations.g1.chain: ${expected} ${SIGNING}`,
        ]);
        assert.deepEqual(said(generation, substraOnly), []);
      });

    it("is refused for Choreo with a signature that OpenSSL accepts only on roots", () => {
      const certificate = makeCaBelow("Root", { digest: "sha1" });
      assert.deepEqual(said({ certificate, chain: root }), [
        `authority.generations.g1.chain: CN=Test CA is signed by ecdsa-with-SHA1, and such signatures can be forged. ${SIGNING}`,
      ]);
    });
  });

  describe("with the name of another", () => {
    const second = (options: CertificateOptions) => {
      const g1 = { state: "signing", ...own("p384") };
      const g0 = { state: "trusted", certificate: makeCa(options) };
      return problemsOf(goodExcept({ "authority/generations": { g0, g1 } }));
    };

    it("and its key is accepted, expired or not", () => {
      assert.deepEqual(second({ notAfter: "2040-01-01T00:00:00Z" }), []);
      assert.deepEqual(second({ notAfter: "2026-01-02T03:04:05Z" }), []);
    });

    it("and its key is refused as long as it is not yet valid", () => {
      assert.deepEqual(second({ notBefore: "2029-12-01T00:00:00Z" }), [
        'authority.generations.g1.certificate: has the same subject as generation "g0", CN=Test CA, and the same key, and one of the two is not valid before 2029-12-01T00:00:00.000Z: gRPC and Envoy may choose that one and refuse everything that either has signed; add it once it is valid',
      ]);
    });

    it("and its key identifier, but not its key, is refused", () => {
      const pair = keys("otherP256");
      assert.deepEqual(second({ keys: pair, signer: pair }), [
        'authority.generations.g1.certificate: has the same subject as generation "g0", CN=Test CA, and the same subject key identifier, ca, but another key: OpenSSL, gRPC and Envoy mistake one for the other; trust only one of them',
      ]);
      assert.deepEqual(second({ keys: pair, signer: pair, subjectKeyId: "cb" }), []);
    });
  });

  describe("to be trusted", () => {
    it("is accepted before it is valid and after it has expired, since it signs nothing", () => {
      assert.deepEqual(problems("trusted", { notBefore: "2029-12-01T00:00:00Z" }), []);
      assert.deepEqual(problems("trusted", { notAfter: "2026-01-02T03:04:05Z" }), []);
    });

    it("is refused if Go does not accept it, and without the identifier that the orchestrator requires", () => {
      assert.deepEqual(problems("trusted", { critical: [asn1.id_ce_subjectKeyIdentifier] }), [
        'CN=Test CA has a critical extension, "subjectKeyIdentifier", which Go (the orchestrator) and OpenSSL (countersign verify) refuse.',
      ]);
      assert.deepEqual(problems("trusted", { version: 1 }), [
        "CN=Test CA has no subject key identifier, which the Substra orchestrator requires.",
      ]);
    });
  });
});
