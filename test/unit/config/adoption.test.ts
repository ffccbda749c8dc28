import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { readPem, toPem } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeDnsNames } from "../x509/make-names";
import { PUBLISHED, PUBLISHED_NAME } from "../x509/make-published";
import { makeExistingPair } from "./existing";
import { goodExcept, problemsOf } from "./make-config";

const NAMES = [
  "orchestrator-server",
  "orchestrator-server.orchestrator",
  "orchestrator-server.orchestrator.svc",
  "orchestrator-server.orchestrator.svc.cluster.local",
];

/** Places for an existing certificate in the configuration, each with a certificate that is good there. */
const PLACES: Record<
  string,
  { good: CertificateOptions; config: (pem: string) => Readonly<Record<string, unknown>> }
> = {
  "organizations.MyOrg1MSP": {
    good: { subject: [["O", "MyOrg1MSP"]] },
    config: (existing) => ({
      "organizations/MyOrg1MSP/certificate": { existing, key: makeExistingPair().key },
    }),
  },
  "enrollments.MyOrg3MSP": {
    good: { subject: [["O", "MyOrg3MSP"]] },
    config: (existing) => ({
      "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"],
      "enrollments/MyOrg3MSP": { request: { file: "request.pem" }, certificate: { existing } },
    }),
  },
  orchestrator: {
    good: { subject: [["CN", "orchestrator"]], extensions: [makeDnsNames(...NAMES)] },
    config: (existing) => ({
      "orchestrator/certificate": { existing, key: makeExistingPair().key },
    }),
  },
};

/** Returns the problems of one certificate at that place, without the parts that all messages share. */
function problemsAt(place: string, pem: string, changes: object = {}): string[] {
  const config = PLACES[place]?.config(pem);
  const ca = { state: "trusted", certificate: makeCa() };
  const problems = problemsOf(
    goodExcept({ "authority/generations/g0": ca, ...config, ...changes }),
  );
  const before = `${place}.certificate.existing: `;
  const after = place.startsWith("enrollments")
    ? " Remove it to have a certificate issued for the same key"
    : " Remove it and its key to have new ones created";
  return problems.map((problem) => {
    assert.ok(problem.startsWith(before), problem);
    assert.ok(problem.endsWith(after), problem);
    return problem.slice(before.length, -after.length);
  });
}

function leaf(place: string, options: CertificateOptions = {}): string {
  return makeExistingPair({ ...PLACES[place]?.good, ...options, keys: "p256" }).certificate;
}

/**
 * Returns the certificate as X.509 version 1, which has no extensions; `openssl x509 -req` creates such certificates by
 * default.
 */
function asVersion1(pem: string): string {
  const { der } = readPem(pem, "CERTIFICATE", "the certificate");
  const certificate = AsnConvert.parse(der, asn1.Certificate);
  const { tbsCertificate } = certificate;
  tbsCertificate.version = asn1.Version.v1;
  delete tbsCertificate.extensions;
  delete certificate.tbsCertificateRaw;
  const content = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = sign("sha256", content, keys("p384").privateKey);
  certificate.signatureValue = Uint8Array.from(signature).buffer;
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

const PUBLIC_LEAF = makeLeaf({ keys: PUBLISHED });

const WITHOUT_KEY_ID = "the certificate has no authority key identifier.";

for (const place of Object.keys(PLACES))
  describe(`an existing certificate at ${place}`, () => {
    const accepted: [string, CertificateOptions][] = [
      ["if the stack trusts its CA", {}],
      ["although it has expired, since it will be renewed", { notAfter: "2025-02-01T00:00:00Z" }],
      ["although it is valid longer than its CA", { notAfter: "2031-12-31T00:00:00Z" }],
      ["although it was issued before its CA's certificate", { notBefore: "2024-01-01T00:00:00Z" }],
      ["without extended key usage, which allows any purpose", { purposes: [] }],
      ["without key usage", { keyUsage: undefined } as unknown as CertificateOptions],
    ];
    for (const [title, options] of accepted)
      it(`is accepted ${title}`, () => {
        assert.deepEqual(problemsAt(place, leaf(place, options)), []);
      });

    it("is refused if its private key is published", () => {
      const problems = problemsOf(goodExcept(PLACES[place]?.config(PUBLIC_LEAF) ?? {}));
      assert.ok(
        problems.includes(
          `${place}.certificate.existing: has ${PUBLISHED_NAME}: everybody has its private key`,
        ),
        problems.join("\n"),
      );
    });

    it("is refused if the stack does not have its CA", () => {
      const other = { issuer: [["CN", "Other CA"]], signer: keys("otherP256") } as const;
      assert.deepEqual(problemsAt(place, leaf(place, other)), [
        'its issuer CN=Other CA is not trusted; trusted: "CN=Test CA".',
      ]);
    });

    it("is refused if the stack's CA has the same name but another key", () => {
      assert.deepEqual(problemsAt(place, leaf(place, { signer: keys("otherP256") })), [
        "the certificate names CN=Test CA as its issuer but is signed by another key: a CA of the same name?",
      ]);
    });

    it("is refused without the identifier of its CA's key, by which the orchestrator finds the CA", () => {
      assert.deepEqual(problemsAt(place, leaf(place, { authorityKeyId: null })), [WITHOUT_KEY_ID]);
    });

    it("is refused for another purpose", () => {
      const [wrong, right, id] =
        place === "orchestrator"
          ? ["clientAuth", "serverAuth", asn1.id_kp_clientAuth]
          : ["serverAuth", "clientAuth", asn1.id_kp_serverAuth];
      assert.deepEqual(problemsAt(place, leaf(place, { purposes: [id] })), [
        `the certificate is for ${wrong}, not for ${right}.`,
      ]);
    });
  });

for (const place of ["organizations.MyOrg1MSP", "enrollments.MyOrg3MSP"])
  describe(`an existing client certificate at ${place}`, () => {
    const mspId = place.slice(place.indexOf(".") + 1);
    const rows: [string, CertificateOptions["subject"] & object, string][] = [
      ["another organization", [["O", "MyOrg2MSP"]], '"MyOrg2MSP"'],
      ["no organization", [["CN", mspId]], "none"],
      [
        "two organizations",
        [
          ["O", mspId],
          ["O", "MyOrg2MSP"],
        ],
        `"${mspId}", "MyOrg2MSP"`,
      ],
      ["its organization in lower case", [["O", mspId.toLowerCase()]], `"${mspId.toLowerCase()}"`],
    ];
    for (const [title, subject, found] of rows)
      it(`is refused for ${title}`, () => {
        assert.deepEqual(problemsAt(place, leaf(place, { subject })), [
          `its organization (O) is ${found}, not "${mspId}".`,
        ]);
      });

    it("is refused as version 1, which has no key identifier", () => {
      assert.deepEqual(problemsAt(place, asVersion1(leaf(place))), [WITHOUT_KEY_ID]);
    });

    it("is refused with every reason", () => {
      const options = { subject: [["O", "MyOrg2MSP"]], authorityKeyId: null } as const;
      assert.deepEqual(problemsAt(place, leaf(place, options)), [
        WITHOUT_KEY_ID,
        `its organization (O) is "MyOrg2MSP", not "${mspId}".`,
      ]);
    });
  });

describe("an existing server certificate", () => {
  const named = (...names: string[]) =>
    leaf("orchestrator", { extensions: [makeDnsNames(...names)] });

  it("needs every name that clients dial", () => {
    const changes = {
      "orchestrator/hostname": "orchestrator.example",
      "orchestrator/dnsNames": ["vpn.example"],
    };
    assert.deepEqual(problemsAt("orchestrator", named(...NAMES.slice(1), "vpn.example"), changes), [
      'it lacks the names "orchestrator.example", "orchestrator-server".',
    ]);
    const all = named(...NAMES, "vpn.example", "orchestrator.example");
    assert.deepEqual(problemsAt("orchestrator", all, changes), []);
  });

  it("may have more names, and wildcards that cover the required ones", () => {
    const changes = { "orchestrator/hostname": "orchestrator.example.org" };
    const pem = named(...NAMES, "*.example.org", "more.example");
    assert.deepEqual(problemsAt("orchestrator", pem, changes), []);
  });

  it("may have any organization, since a server does not act for one", () => {
    const subject = [
      ["O", "Company"],
      ["CN", "orchestrator"],
    ] as const;
    assert.deepEqual(problemsAt("orchestrator", leaf("orchestrator", { subject })), []);
  });

  it("is refused as version 1, with everything that it lacks", () => {
    assert.deepEqual(problemsAt("orchestrator", asVersion1(leaf("orchestrator"))), [
      WITHOUT_KEY_ID,
      `it lacks the names ${NAMES.map((name) => `"${name}"`).join(", ")}.`,
    ]);
  });
});
